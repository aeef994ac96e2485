// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/net_link.h"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>

#include "base/files.h"

namespace loadline::runtime {
namespace {

constexpr size_t kLargestAnswer = 64 << 10;

template <class T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// A request: its header, the header of its family, and attributes.
class Request {
 public:
  template <class Family>
  Request(uint16_t type, uint16_t flags, const Family& family) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    bytes_ += BytesOf(header);
    Append(BytesOf(family));
  }
  void Attribute(uint16_t type, std::string_view value) {
    rtattr header{};
    header.rta_len = static_cast<uint16_t>(RTA_LENGTH(value.size()));
    header.rta_type = type;
    bytes_ += BytesOf(header);
    Append(value);
  }
  void Append(std::string_view bytes) {
    bytes_ += bytes;
    bytes_.resize(NLMSG_ALIGN(bytes_.size()));
  }
  std::string_view Finish() {
    const auto length = static_cast<uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof length);
    return bytes_;
  }

 private:
  std::string bytes_;
};

// Calls `visit` with the type and the value of each attribute in `bytes`.
void ForEachAttribute(std::string_view bytes,
                      const std::function<void(int, std::string_view)>& visit) {
  while (bytes.size() >= sizeof(rtattr)) {
    rtattr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.rta_len < sizeof header || header.rta_len > bytes.size()) return;
    visit(header.rta_type & NLA_TYPE_MASK,
          bytes.substr(RTA_LENGTH(0), header.rta_len - RTA_LENGTH(0)));
    bytes.remove_prefix(std::min<size_t>(RTA_ALIGN(header.rta_len), bytes.size()));
  }
}

// What the kernel says beside an errno, when it says anything.
std::string Explanation(std::string_view answer, const nlmsghdr& header) {
  std::string text;
  nlmsgerr error;
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0 || answer.size() < sizeof error) return text;
  std::memcpy(&error, answer.data(), sizeof error);
  size_t at = sizeof error;
  if ((header.nlmsg_flags & NLM_F_CAPPED) == 0) at += error.msg.nlmsg_len - sizeof error.msg;
  if (at >= answer.size()) return text;
  ForEachAttribute(answer.substr(at), [&](int type, std::string_view value) {
    if (type == NLMSGERR_ATTR_MSG) text = value.data();  // ends in a zero
  });
  return text;
}

// Carries out a request and calls `visit` with each message of the answer.
using Visit = std::function<void(std::string_view message)>;
Result<void> Exchange(int socket, Request& request, const char* what, const Visit& visit = {}) {
  const std::string_view bytes = request.Finish();
  if (send(socket, bytes.data(), bytes.size(), 0) < 0) return CallError("send", what);
  std::string buffer(kLargestAnswer, '\0');
  while (true) {
    const ssize_t count = recv(socket, buffer.data(), buffer.size(), MSG_TRUNC);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || static_cast<size_t>(count) > buffer.size())
      return CallError("recv", std::string("netlink: ") + what);
    std::string_view rest(buffer.data(), static_cast<size_t>(count));
    while (rest.size() >= sizeof(nlmsghdr)) {
      nlmsghdr header;
      std::memcpy(&header, rest.data(), sizeof header);
      if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest.size()) break;
      const std::string_view message = rest.substr(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
      if (header.nlmsg_type == NLMSG_DONE) return {};
      if (header.nlmsg_type == NLMSG_ERROR) {
        int32_t number = 0;
        std::memcpy(&number, message.data(), sizeof number);
        if (number == 0) return {};
        errno = -number;
        Error error = CallError("netlink", what);
        error.what = Explanation(message, header);
        return error;
      }
      if (visit) visit(message);
      rest.remove_prefix(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), rest.size()));
    }
  }
}

ifinfomsg Link(int device) {
  ifinfomsg link{};
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = device;
  return link;
}

// What of an address belongs to it wherever it is. Its label begins with the device's old name, and
// its lifetime is none.
bool IsCarried(int attribute) {
  return attribute != IFA_LABEL && attribute != IFA_CACHEINFO && attribute != IFA_FLAGS;
}

// The wishes among the flags of an address; the others are the kernel's findings.
constexpr uint32_t kWishes =
    IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

// The address in a message of the kernel's, when it is of global scope and lasts.
void AddLasting(std::string_view message, int device, std::vector<NetAddress>& addresses) {
  ifaddrmsg header;
  if (message.size() < sizeof header) return;
  std::memcpy(&header, message.data(), sizeof header);
  if (static_cast<int>(header.ifa_index) != device || header.ifa_scope != RT_SCOPE_UNIVERSE) return;
  uint32_t flags = header.ifa_flags;
  NetAddress address{header.ifa_family, header.ifa_prefixlen, ""};
  Request kept(0, 0, header);
  const size_t begin = kept.Finish().size();
  ForEachAttribute(message.substr(NLMSG_ALIGN(sizeof header)),
                   [&](int type, std::string_view value) {
                     if (type == IFA_FLAGS) std::memcpy(&flags, value.data(), sizeof flags);
                     if (IsCarried(type)) kept.Attribute(static_cast<uint16_t>(type), value);
                   });
  if ((flags & IFA_F_PERMANENT) == 0) return;
  kept.Attribute(IFA_FLAGS, BytesOf(flags & kWishes));
  address.attributes = kept.Finish().substr(begin);
  addresses.push_back(std::move(address));
}

}  // namespace

Result<NetLink> NetLink::Open() {
  UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd) return CallError("socket", "AF_NETLINK");
  const int on = 1;
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  return NetLink(std::move(fd));
}

Result<NetLink> NetLink::OpenIn(int network_namespace) {
  ASSIGN_OR_RETURN(const UniqueFd own, loadline::Open("/proc/thread-self/ns/net", O_RDONLY));
  if (setns(network_namespace, CLONE_NEWNET) != 0)
    return CallError("setns", "the container's network namespace");
  auto opened = Open();
  if (setns(own.get(), CLONE_NEWNET) != 0)
    return CallError("setns", "back to the runtime's network namespace");
  return opened;
}

Result<std::map<int, std::string>> NetLink::Devices() {
  std::map<int, std::string> devices;
  Request request(RTM_GETLINK, NLM_F_DUMP, Link(0));
  const auto visit = [&](std::string_view message) {
    ifinfomsg link;
    if (message.size() < sizeof link) return;
    std::memcpy(&link, message.data(), sizeof link);
    ForEachAttribute(message.substr(NLMSG_ALIGN(sizeof link)),
                     [&](int type, std::string_view value) {
                       if (type == IFLA_IFNAME) devices[link.ifi_index] = value.data();
                     });
  };
  RETURN_IF_ERROR(Exchange(socket_.get(), request, "list devices", visit));
  return devices;
}

Result<std::vector<NetAddress>> NetLink::LastingAddresses(int device) {
  std::vector<NetAddress> addresses;
  Request request(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{});
  RETURN_IF_ERROR(Exchange(socket_.get(), request, "list addresses", [&](std::string_view message) {
    AddLasting(message, device, addresses);
  }));
  return addresses;
}

Result<void> NetLink::Move(int device, int network_namespace, const std::string& name) {
  Request request(RTM_SETLINK, NLM_F_ACK, Link(device));
  request.Attribute(IFLA_NET_NS_FD, BytesOf(network_namespace));
  request.Attribute(IFLA_IFNAME, {name.c_str(), name.size() + 1});
  return Exchange(socket_.get(), request, "move the device");
}

Result<void> NetLink::AddAddress(int device, const NetAddress& address) {
  ifaddrmsg header{};
  header.ifa_family = address.family;
  header.ifa_prefixlen = address.prefix_length;
  header.ifa_scope = RT_SCOPE_UNIVERSE;
  header.ifa_index = static_cast<uint32_t>(device);
  Request request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, header);
  request.Append(address.attributes);
  return Exchange(socket_.get(), request, "add an address");
}

Result<void> NetLink::SetUp(int device) {
  ifinfomsg link = Link(device);
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  Request request(RTM_NEWLINK, NLM_F_ACK, link);
  return Exchange(socket_.get(), request, "set the device up");
}

}  // namespace loadline::runtime
