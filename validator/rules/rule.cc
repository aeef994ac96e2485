// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/rule.h"

namespace loadline::validator {

std::string_view ToText(SubjectType type) {
  switch (type) {
    case SubjectType::kBundle:
      return "bundle";
    case SubjectType::kConfig:
      return "config";
    case SubjectType::kState:
      return "state";
    case SubjectType::kFeatures:
      return "features";
  }
  return "";
}

std::vector<Rule> AllRules() {
  std::vector<Rule> rules;
  for (const RuleArea& area : RuleAreas())
    rules.insert(rules.end(), area.rules.begin(), area.rules.end());
  return rules;
}

}  // namespace loadline::validator
