// SPDX-License-Identifier: Apache-2.0
// Judges paths and documents: text, then schema, then rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/model.h"
#include "validator/rules/rule.h"

namespace loadline::validator {

struct ValidateOptions {
  std::optional<SubjectType> type;  // instead of detecting it
  std::string spec;  // judge by this version instead of the declared one; empty: the declared one
};

// One subject and what was found in it, sorted by position.
struct Judgement {
  reports::Subject subject;
  std::vector<reports::CheckResult> findings;
  int rules_passed = 0;  // schema and rules that found nothing
};

// Judges the path (a bundle directory or a JSON file; "-" is standard input).
// An error when it cannot be read or is of no known kind (exit status 3).
Result<Judgement> ValidatePath(const std::string& path, const ValidateOptions& options = {});
// Judges a JSON text that somebody else read, for example a candidate's answer to `state`.
Judgement ValidateText(const std::string& name, std::string_view text, SubjectType type,
                       const ValidateOptions& options = {});

}  // namespace loadline::validator
