// SPDX-License-Identifier: Apache-2.0
// What the options of a configured mount promise of its line in the mount table.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace loadline::conformance::isolation {

// Whether a mount shows what lies elsewhere already: then it keeps what it is not told to change.
bool IsBind(const nlohmann::json& mount);
// The mount point without a slash at its end.
std::string DestinationOf(const nlohmann::json& mount);

// For each of ro, nosuid, nodev and noexec whether it holds; of a bind mount those that are named.
nlohmann::json PromisedFlags(const nlohmann::json& mount);
// "noatime", "relatime" or "strictatime", and "nodiratime"; null where nothing is promised.
nlohmann::json PromisedTimes(const nlohmann::json& mount);
// What the filesystem itself was asked for: mode, size …, as the table writes it. `mapped`: in a
// user namespace, where ids are written as others see them, so nothing is promised of those.
nlohmann::json PromisedData(const nlohmann::json& mount, bool mapped);
// The flags that hold for all that lies below as well ("rro").
nlohmann::json PromisedBelow(const nlohmann::json& mount);

// The same of what is seen: `line` is a mount of the probe's observation.
nlohmann::json SeenFlags(const nlohmann::json& promised, const nlohmann::json& line);
nlohmann::json SeenTimes(const nlohmann::json& promised, const nlohmann::json& line);
nlohmann::json SeenData(const nlohmann::json& promised, const nlohmann::json& line);

}  // namespace loadline::conformance::isolation
