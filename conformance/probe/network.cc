// SPDX-License-Identifier: Apache-2.0
// The interfaces of the process's own network namespace.
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {

void ObserveNetwork(nlohmann::json& probe) {
  // /sys/class/net would show the namespace in which that sysfs was mounted.
  const std::string table = ReadText("/proc/self/net/dev");
  if (table.empty()) {
    probe["unavailable"]["interfaces"] = "/proc/self/net/dev cannot be read";
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
  for (const std::string& name : names) {
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) continue;
    std::copy(name.begin(), name.end(), request.ifr_name);
    if (ioctl(any.get(), SIOCGIFFLAGS, &request) == 0)
      probe["interfaceUp"][name] = (request.ifr_flags & IFF_UP) != 0;
  }
}

}  // namespace loadline::probe
