// SPDX-License-Identifier: Apache-2.0
// Check: one thing that is judged, by a case or by a battery.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/ledger.h"

namespace loadline::conformance {

struct Check {
  std::string id;  // of a case: case[/row]
  std::string title;
  std::vector<std::string> requirements;  // of one level
  std::vector<std::string> needs;
  // From the requirements, by LookUpRequirements().
  schema::Level level = schema::Level::kMust;
  schema::SpecVersion since;
  std::optional<schema::SpecVersion> until;

  bool HoldsIn(const schema::SpecVersion& version) const;
};

// Looks the requirements up in the ledgers: level and versions.
Result<void> LookUpRequirements(Check& check);

}  // namespace loadline::conformance
