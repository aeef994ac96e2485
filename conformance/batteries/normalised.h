// SPDX-License-Identifier: Apache-2.0
// What a probe observed, without what no two containers have in common however alike they are; and
// the differences of two such documents.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace loadline::conformance {

// A place in an observation that may differ, and why. A '*' in the pointer is any member.
struct Varying {
  const char* pointer;
  const char* because;
};

// The observation without what varies from one container to the next, and without `more`. The
// container's id is "ID" wherever it stands, and the place of its root filesystem is "ROOT" where
// a part of that is mounted.
nlohmann::json Normalised(const nlohmann::json& observation, const std::string& id,
                          std::span<const Varying> more = {});

// "/hostname is \"a\" instead of \"b\"", for each place where `seen` is not what was expected.
std::vector<std::string> Differences(const nlohmann::json& expected, const nlohmann::json& seen);

// The first of them, and how many more there are.
std::string InShort(const std::vector<std::string>& differences);

}  // namespace loadline::conformance
