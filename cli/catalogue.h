// SPDX-License-Identifier: Apache-2.0
// What there is to ask for: requirements, rules and cases, and which of them judges which.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/certify.h"
#include "validator/rules/rule.h"

namespace loadline::cli {

struct Catalogue {
  std::vector<validator::Rule> rules;
  std::vector<conformance::CaseSummary> cases;
  std::map<std::string, std::vector<std::string>>
      judged_by;  // requirement id -> rules and cases that cite it

  // Reads the embedded cases and every rule.
  static Result<Catalogue> Read();
};

}  // namespace loadline::cli
