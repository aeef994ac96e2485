// SPDX-License-Identifier: Apache-2.0
// Whether what was seen in a container is what was seen natively, or what the configuration says
// instead.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace loadline::conformance::equivalence {

struct Difference {
  bool equal = false;
  bool declared = false;  // the configuration names the property that makes the difference
  std::string message;    // when it is neither
};

// `declared_by` as probe/behaviour.h has it. A capability declares nothing but a refusal.
Difference Compare(const std::string& declared_by, const std::string& native,
                   const std::string& container, const nlohmann::json& config);

}  // namespace loadline::conformance::equivalence
