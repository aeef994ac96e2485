// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/files.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/hardware.h"
#include "conformance/host/examinations.h"

namespace loadline::conformance {
namespace {

constexpr size_t kFileCap = 4096;

// The files of v1 that give a group its share of real time, where the kernel keeps such shares.
bool HasRealtimeShares() {
  for (const Hierarchy& hierarchy : Hierarchies().value_or(std::vector<Hierarchy>())) {
    if (!hierarchy.v2 && access((hierarchy.mount + "/cpu.rt_runtime_us").c_str(), F_OK) == 0)
      return true;
  }
  return false;
}

// What v1 has controllers for, and every group of v2 does without one.
constexpr const char* kWithoutController = " freezer devices cpuacct";

}  // namespace

HostAbility Controller(const std::string& need) {
  const std::string name = need.substr(std::string_view("controller-").size());
  const auto hierarchies = Hierarchies().value_or(std::vector<Hierarchy>());
  const bool pure_v2 = CgroupLayout(hierarchies) == "v2";
  for (const Hierarchy& hierarchy : hierarchies) {
    if (hierarchy.v2 && !pure_v2) continue;  // nobody hands down what v1 does not have
    std::string words =
        hierarchy.v2 ? ReadFile(hierarchy.mount + "/cgroup.controllers", kFileCap).value_or("")
                     : hierarchy.controllers;
    std::replace(words.begin(), words.end(), ',', ' ');
    if (hierarchy.v2 && pure_v2) words += kWithoutController;
    if (hierarchy.v2 && words.find("io") != std::string::npos) words += " blkio";
    std::istringstream stream(words);
    for (std::string word; stream >> word;) {
      if (word == name) return {need, true, ""};
    }
  }
  return {need, false, "no mounted cgroup hierarchy has the controller"};
}

HostAbility Layout(const std::string& need) {
  const std::string layout = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>()));
  const bool v1 = layout == "v1" || layout == "hybrid";
  if (need == "cgroup-v1" ? v1 : layout == "v2") return {need, true, ""};
  return {need, false,
          layout.empty()
              ? "no cgroup hierarchy is mounted"
              : "this host's cgroup layout is " + layout + "; `loadline lab` has others"};
}

// Without capabilities a real-time policy is refused, and so it is in groups that have a share of
// real time, because that of a new one is nothing.
HostAbility Realtime(const std::string& need) {
  if (HasRealtimeShares()) return {need, false, "new control groups have no real time here"};
  HostAbility ability = Capability("cap-sys-nice");
  ability.need = need;
  return ability;
}

HostAbility RealtimeShares(const std::string& need) {
  return Given(need, HasRealtimeShares(), "no control groups have shares of real time");
}

HostAbility IoWeight(const std::string& need) {
  const bool v2 = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>())) == "v2";
  return Given(need, KnowsBfq() || (v2 && access("/sys/fs/cgroup/io.cost.qos", F_OK) == 0),
               "the kernel has nothing that keeps weights: no bfq and, on v2, no iocost");
}

}  // namespace loadline::conformance
