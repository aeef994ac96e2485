// SPDX-License-Identifier: Apache-2.0
// What a certification says of each requirement of a standard, and of those that it says nothing
// of, why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

enum class Kept { kPassed, kFailed, kNotJudged };
// "passed", "failed", "not judged".
std::string_view ToText(Kept kept);

struct RequirementVerdict {
  const schema::Requirement* requirement = nullptr;
  Kept kept = Kept::kNotJudged;
  std::vector<size_t> results;  // of the report, that cite it; of one that failed the failed ones
  std::string why;              // it was not judged
};

// Of the requirements that hold in the report's version, address a runtime and bind no other
// platform alone, by id: those that CountRequirements() counts. Empty when the version cannot be
// read or the standard has no ledger.
std::vector<RequirementVerdict> JudgeRequirements(const Report& report, std::string_view standard);

// How many of them there are of each sort.
RequirementCount CountVerdicts(const std::vector<RequirementVerdict>& verdicts);

// "config/mounts": the part of a requirement's id that says what it is about.
std::string SubjectMatterOf(const schema::Requirement& requirement);

}  // namespace loadline::reports
