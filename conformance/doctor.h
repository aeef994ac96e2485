// SPDX-License-Identifier: Apache-2.0
// What this host can and cannot judge, and why.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace loadline::conformance {

// One thing that cases may need, by the word they use in `needs`.
struct HostAbility {
  std::string need;  // "user-namespace", "controller-memory", "cap-sys-resource" …
  bool available = false;
  std::string why;  // what is missing, and how to get it; empty when available
};

struct HostFacts {
  std::string kernel;        // release
  std::string architecture;  // machine
  std::string distribution;  // PRETTY_NAME of os-release
  std::string cgroup;        // "v1", "v2" or "hybrid"
  int processors = 0;
  std::string resctrl;                 // where a resctrl filesystem is; empty: nowhere
  std::vector<HostAbility> abilities;  // sorted by need

  // Whether a need is met. A need that is not in the table (a kernel version, a filesystem, another
  // controller or capability) is looked up now; the answer's `why` says so when nobody knows it.
  HostAbility Ability(const std::string& need) const;
  nlohmann::json ToJson() const;
};

// Whether anybody knows a need, met or not.
bool IsNeed(const std::string& need);

// Examines the host; changes nothing. `resctrl`, when it is not empty, stands for a resctrl
// filesystem that is mounted there.
HostFacts Examine(const std::string& resctrl = "");

}  // namespace loadline::conformance
