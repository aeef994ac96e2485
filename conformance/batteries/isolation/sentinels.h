// SPDX-License-Identifier: Apache-2.0
// Sentinels: what stands outside a bundle and must not change, whatever the bundle holds.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "conformance/batteries/battery.h"

namespace loadline::conformance::isolation {

class Sentinels {
 public:
  // Makes a new directory below `parent`, with a directory, files, a link and a device in it.
  static Result<Sentinels> MakeBelow(const std::string& parent);

  const std::string& directory() const { return directory_; }
  std::string file() const { return directory_ + "/file"; }
  std::string inner() const { return directory_ + "/inner"; }

  // What has changed: names of what is new, gone or different, and mounts below the directory.
  // Empty when nothing has.
  nlohmann::json Changes() const;

 private:
  std::string directory_;
  nlohmann::json manifest_;  // by path: type, mode, owner, size, times, device, content's digest
};

// The same run with sentinels beside its bundles: a change of theirs fails all its checks.
BatteryRun Watched(BatteryRun run);

}  // namespace loadline::conformance::isolation
