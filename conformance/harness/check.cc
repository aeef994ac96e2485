// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/check.h"

namespace loadline::conformance {

bool Check::HoldsIn(const schema::SpecVersion& version) const {
  return since <= version && (!until || version <= *until);
}

Result<void> LookUpRequirements(Check& check) {
  if (check.requirements.empty()) return Failure("/requirements: at least one is needed");
  bool first = true;
  for (const std::string& id : check.requirements) {
    const schema::Requirement* requirement = schema::FindRequirement(id);
    if (requirement == nullptr)
      return Failure("/requirements: " + id + " is in no ledger",
                     "`loadline list requirements` shows the ids");
    if (!first && requirement->level != check.level)
      return Failure("/requirements: " + id + " has another level than the first one",
                     "make a case of its own for each level");
    check.level = requirement->level;
    if (first || check.since < requirement->since) check.since = requirement->since;
    if (requirement->until && (!check.until || *requirement->until < *check.until))
      check.until = requirement->until;
    first = false;
  }
  if (check.until && *check.until < check.since)
    return Failure("/requirements: there is no version in which all of them hold");
  return {};
}

}  // namespace loadline::conformance
