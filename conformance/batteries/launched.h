// SPDX-License-Identifier: Apache-2.0
// Launched: for as long as it lives, the candidate's calls are made by the probe as a launcher
// (probe/launch.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "conformance/batteries/rig.h"

namespace loadline::conformance {

class Launched {
 public:
  // With these words for the launcher; none: the candidate is called as ever.
  Launched(Rig& rig, const std::vector<std::string>& words)
      : rig_(rig), before_(rig.calls().command) {
    if (words.empty()) return;
    std::vector<std::string> command{rig.paths().probe, "launch"};
    command.insert(command.end(), words.begin(), words.end());
    command.emplace_back("--");
    command.insert(command.end(), before_.begin(), before_.end());
    rig_.calls().command = std::move(command);
  }
  ~Launched() { rig_.calls().command = before_; }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;

 private:
  Rig& rig_;
  const std::vector<std::string> before_;
};

}  // namespace loadline::conformance
