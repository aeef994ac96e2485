// SPDX-License-Identifier: Apache-2.0
// The resctrl filesystem (Intel's Resource Director Technology): what the host has of it, and the
// groups of a run. The kernel has one for all, so a cell shares it with the host.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/doctor.h"
#include "conformance/harness/strict_object.h"

namespace loadline::conformance {

// Where it is mounted; empty when it is not. `stand_in`, when it is not empty, is where a profile
// has one for tests, which any user could mount: of type fuse.resctrl.
std::string FindResctrl(const std::string& stand_in);

// Whether the needs about it are met by what is at `directory`.
std::vector<HostAbility> ResctrlAbilities(const std::string& directory, bool is_stand_in);

// ${rdt.…}: where it is, and settings that this processor takes and that nothing has by default.
// What it does not have has no value. `directory` may be empty.
nlohmann::json ResctrlValues(const std::string& directory);

// Makes the group `name`, writes the lines of `schemata` to it, and moves this process, who calls
// the candidate, into it when `caller` says so.
Result<void> MakeResctrlGroup(StrictObject& object, const std::string& directory);

// By name ("/" is the root): tasks, schemata {resource: {cache: value}}, monitoring {name:
// {tasks}}. Other groups than the root and those whose name begins with one of `ids` are not ours
// to look at.
nlohmann::json ObserveResctrl(const std::string& directory, const std::vector<std::string>& ids);

// Removes the groups whose name begins with one of `ids`.
void RemoveResctrlGroups(const std::string& directory, const std::vector<std::string>& ids);

}  // namespace loadline::conformance
