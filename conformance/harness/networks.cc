// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/networks.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdlib>
#include <thread>

#include "base/files.h"
#include "base/unique_fd.h"
#include "conformance/probe/observe.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// A request about the interface of this name.
ifreq About(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

Result<void> Ask(int fd, unsigned long question, void* request, const char* name) {
  if (ioctl(fd, question, request) != 0) return CallError("ioctl", name);
  return {};
}

Result<void> MakeTap(const std::string& name) {
  ASSIGN_OR_RETURN(const UniqueFd tun, Open("/dev/net/tun", O_RDWR));
  ifreq request = About(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  RETURN_IF_ERROR(Ask(tun.get(), TUNSETIFF, &request, "TUNSETIFF"));
  if (ioctl(tun.get(), TUNSETPERSIST, 1) != 0) return CallError("ioctl", "TUNSETPERSIST");
  return {};
}

Result<void> AddV6(const std::string& name, const in6_addr& address, unsigned bits) {
  const UniqueFd fd(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return CallError("socket", "AF_INET6");
  in6_ifreq request{};
  request.ifr6_addr = address;
  request.ifr6_prefixlen = bits;
  request.ifr6_ifindex = static_cast<int>(if_nametoindex(name.c_str()));
  return Ask(fd.get(), SIOCSIFADDR, &request, "SIOCSIFADDR");
}

Result<void> AddV4(int fd, const std::string& name, const in_addr& address, unsigned bits) {
  ifreq request = About(name);
  auto& of_v4 = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
  of_v4.sin_family = AF_INET;
  of_v4.sin_addr = address;
  RETURN_IF_ERROR(Ask(fd, SIOCSIFADDR, &request, "SIOCSIFADDR"));
  of_v4.sin_addr.s_addr = htonl(bits == 0 ? 0 : ~0U << (32 - bits));
  return Ask(fd, SIOCSIFNETMASK, &request, "SIOCSIFNETMASK");
}

Result<void> AddAddress(int fd, const std::string& name, const std::string& text) {
  const size_t slash = text.find('/');
  const std::string host = text.substr(0, slash);
  const auto bits = static_cast<unsigned>(
      slash == std::string::npos ? 0 : strtoul(text.c_str() + slash + 1, nullptr, 10));
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1 && bits >= 1 && bits <= 32)
    return AddV4(fd, name, four, bits);
  in6_addr six{};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1 && bits >= 1 && bits <= 128)
    return AddV6(name, six, bits);
  return Failure("fixture: \"" + text + "\" is no address with its prefix",
                 "write it like 192.0.2.7/24");
}

}  // namespace

Result<void> MakeNetworkDevice(StrictObject& object) {
  const std::string name = object.RequiredText("name");
  const auto mtu = static_cast<int>(object.Number("mtu").value_or(1500));
  const std::vector<std::string> addresses = object.Texts("addresses");
  const bool up = object.Flag("up", false);
  RETURN_IF_ERROR(object.Finish());
  RETURN_IF_ERROR(MakeTap(name));
  const UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return CallError("socket", "AF_INET");
  ifreq request = About(name);
  request.ifr_mtu = mtu;
  RETURN_IF_ERROR(Ask(fd.get(), SIOCSIFMTU, &request, "SIOCSIFMTU"));
  for (const std::string& address : addresses) RETURN_IF_ERROR(AddAddress(fd.get(), name, address));
  request = About(name);
  request.ifr_flags = static_cast<short>(up ? IFF_UP : 0);
  return Ask(fd.get(), SIOCSIFFLAGS, &request, "SIOCSIFFLAGS");
}

json ObserveNetwork(const std::string& path) {
  json seen = json::object();
  // A namespace is a thread's own.
  std::thread([&] {
    auto network = Open(path, O_RDONLY);
    if (network.has_value() && setns(network->get(), CLONE_NEWNET) == 0)
      probe::ObserveNetwork(seen);
  }).join();
  return seen;
}

}  // namespace loadline::conformance
