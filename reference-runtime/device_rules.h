// SPDX-License-Identifier: Apache-2.0
// linux.resources.devices as rules, for both versions of cgroup
// (oci-runtime/config-linux/allowed-devices).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// The kinds of access, numbered as the kernel does.
constexpr uint32_t kMakeNode = 1;
constexpr uint32_t kRead = 2;
constexpr uint32_t kWrite = 4;
constexpr uint32_t kEveryAccess = kMakeNode | kRead | kWrite;

struct DeviceRule {
  bool allow = false;
  char type = 'a';     // 'c', 'b', or 'a' for both
  int32_t major = -1;  // -1: all
  int32_t minor = -1;
  uint32_t access = kEveryAccess;

  bool HoldsForEverything() const {
    return type == 'a' && major < 0 && minor < 0 && access == kEveryAccess;
  }
};

// The configured rules in their order, and after them those that keep the default devices usable
// (oci-runtime/config-linux/default-devices). Throws nlohmann's exceptions for what is of another
// type.
Result<std::vector<DeviceRule>> ReadDeviceRules(const nlohmann::json& rules);

}  // namespace loadline::runtime
