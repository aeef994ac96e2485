// SPDX-License-Identifier: Apache-2.0
// Whether what was seen in a container is what was seen natively, or what the configuration says
// instead.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace loadline::conformance::equivalence {

struct Difference {
  bool equal = false;
  bool declared = false;  // the configuration names the property that makes the difference
  std::string message;    // when it is neither
};

bool IsCapability(const std::string& property);

// Whether `property` is a capability that the configuration does not grant, or one that is of no
// use in its user namespace.
bool IsMissingCapability(const std::string& property, const nlohmann::json& config);

// process.capabilities without those that are of no use: all that a native process must have that
// is to have no more than the container.
nlohmann::json CapabilitiesOfUse(const nlohmann::json& config);

// `declared_by` as probe/behaviour.h has it. A missing capability declares what a native process
// answers that has no more capabilities than the container, and nothing else: `confined`, which is
// none where that was not asked for.
Difference Compare(const std::string& declared_by, const std::string& native,
                   const std::string& container, const nlohmann::json& config,
                   const std::optional<std::string>& confined = std::nullopt);

}  // namespace loadline::conformance::equivalence
