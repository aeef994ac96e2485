// SPDX-License-Identifier: Apache-2.0
// A container's groups made by systemd: a scope, whose place linux.cgroupsPath names as
// "SLICE:PREFIX:NAME" (the custom of engines; oci-runtime/config-linux/cgroups-path leaves it to
// the runtime).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

struct ScopeName {
  std::string slice;
  std::string unit;
};

// What a cgroupsPath names; an empty one is the container's own name in the usual slice.
Result<ScopeName> ReadScopeName(const std::string& cgroups_path, const std::string& id,
                                bool rootless);

// Before there is a process: the unit is saved, so that `delete --force` finds it whatever happens.
Result<void> NameScope(Context& context);
// Puts the container's process into its scope, and says the limits to systemd and to the groups.
Result<void> StartScope(Context& context, const nlohmann::json& resources);
Result<void> UpdateScope(const Context& context, const nlohmann::json& resources);
Result<void> StopScope(const Context& context);

}  // namespace loadline::runtime
