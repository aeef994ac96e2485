// SPDX-License-Identifier: Apache-2.0
// Namespaces, id maps, time offsets and control groups.
#include <unistd.h>

#include <climits>
#include <nlohmann/json.hpp>

#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

Json IdMap(const char* path) {
  Json map = Json::array();
  for (const std::string& line : Lines(ReadText(path))) {
    const auto words = Words(line);
    if (words.size() == 3)
      map.push_back({{"containerID", std::stoull(words[0])},
                     {"hostID", std::stoull(words[1])},
                     {"size", std::stoull(words[2])}});
  }
  return map;
}

// How many objects of System V IPC there are; each table has a heading.
void CountIpc(Json& probe) {
  for (const char* kind : {"shm", "msg", "sem"}) {
    const auto table = Lines(ReadText("/proc/sysvipc/" + std::string(kind)));
    if (!table.empty()) probe["ipc"][kind] = table.size() - 1;
  }
  if (!probe.contains("ipc")) probe["unavailable"]["ipc"] = "/proc/sysvipc cannot be read";
}

}  // namespace

void ObserveNamespaces(Json& probe) {
  CountIpc(probe);
  for (const char* name : {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time",
                           "time_for_children", "user", "uts"}) {
    char target[64];
    const ssize_t length =
        readlink(("/proc/self/ns/" + std::string(name)).c_str(), target, sizeof target);
    if (length > 0) probe["namespaces"][name] = std::string(target, static_cast<size_t>(length));
  }
  if (!probe.contains("namespaces")) {
    probe["unavailable"]["namespaces"] = "/proc/self/ns cannot be read";
    return;
  }
  probe["uidMap"] = IdMap("/proc/self/uid_map");
  probe["gidMap"] = IdMap("/proc/self/gid_map");
  const auto setgroups = Words(ReadText("/proc/self/setgroups"));
  if (!setgroups.empty()) probe["setgroups"] = setgroups[0];
  for (const std::string& line : Lines(ReadText("/proc/self/timens_offsets"))) {
    const auto words = Words(line);
    if (words.size() == 3)
      probe["timeOffsets"][words[0]] = {{"secs", std::stoll(words[1])},
                                        {"nanosecs", std::stoll(words[2])}};
  }
  for (const std::string& line : Lines(ReadText("/proc/self/cgroup"))) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty()) controllers = "unified";
    for (size_t begin = 0; begin <= controllers.size();) {
      const size_t comma = controllers.find(',', begin);
      probe["cgroups"][controllers.substr(begin, comma - begin)] = line.substr(second + 1);
      begin = comma == std::string::npos ? controllers.size() + 1 : comma + 1;
    }
  }
}

}  // namespace loadline::probe
