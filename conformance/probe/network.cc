// SPDX-License-Identifier: Apache-2.0
// The interfaces of the thread's own network namespace.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

// "192.0.2.7/24"; empty for what is no address of IP or holds on the link alone.
std::string AddressOf(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || entry.ifa_netmask == nullptr) return "";
  const int family = entry.ifa_addr->sa_family;
  const void* address = nullptr;
  const unsigned char* mask = nullptr;
  size_t size = 0;
  if (family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(entry.ifa_addr)->sin_addr;
    mask = reinterpret_cast<const unsigned char*>(
        &reinterpret_cast<const sockaddr_in*>(entry.ifa_netmask)->sin_addr);
    size = sizeof(in_addr);
  } else if (family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr)->sin6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(&six)) return "";
    address = &six;
    mask = reinterpret_cast<const unsigned char*>(
        &reinterpret_cast<const sockaddr_in6*>(entry.ifa_netmask)->sin6_addr);
    size = sizeof(in6_addr);
  } else {
    return "";
  }
  int bits = 0;
  for (size_t i = 0; i < size; ++i) bits += __builtin_popcount(mask[i]);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, address, text.data(), text.size());
  return std::string(text.data()) + "/" + std::to_string(bits);
}

nlohmann::json AddressesOf(const std::vector<std::string>& interfaces) {
  nlohmann::json addresses = nlohmann::json::object();
  for (const std::string& name : interfaces) addresses[name] = nlohmann::json::array();
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return addresses;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned(list, freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const std::string address = AddressOf(*entry);
    if (!address.empty()) addresses[entry->ifa_name].push_back(address);
  }
  for (auto& of_interface : addresses) std::sort(of_interface.begin(), of_interface.end());
  return addresses;
}

}  // namespace

void ObserveNetwork(nlohmann::json& probe) {
  // /sys/class/net would show the namespace in which that sysfs was mounted.
  const std::string table = ReadText("/proc/thread-self/net/dev");
  if (table.empty()) {
    probe["unavailable"]["interfaces"] = "/proc/thread-self/net/dev cannot be read";
    return;
  }
  std::vector<std::string> names;
  for (const std::string& line : Lines(table)) {
    const size_t colon = line.find(':');
    const size_t begin = line.find_first_not_of(' ');
    if (colon != std::string::npos) names.push_back(line.substr(begin, colon - begin));
  }
  std::sort(names.begin(), names.end());
  probe["interfaces"] = names;
  // A filter may forbid sockets: then it is not known which are up.
  const UniqueFd any(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any) {
    probe["unavailable"]["interfaceUp"] = "socket: " + ErrnoName(errno);
    return;
  }
  probe["interfaceUp"] = nlohmann::json::object();
  probe["interfaceMtu"] = nlohmann::json::object();
  probe["addresses"] = AddressesOf(names);
  for (const std::string& name : names) {
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) continue;
    std::copy(name.begin(), name.end(), request.ifr_name);
    if (ioctl(any.get(), SIOCGIFFLAGS, &request) == 0)
      probe["interfaceUp"][name] = (request.ifr_flags & IFF_UP) != 0;
    if (ioctl(any.get(), SIOCGIFMTU, &request) == 0) probe["interfaceMtu"][name] = request.ifr_mtu;
  }
}

}  // namespace loadline::probe
