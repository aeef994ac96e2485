// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/rule.h"

#include <algorithm>

namespace loadline::validator {

bool RuleArea::Judges(SubjectType type) const {
  return std::any_of(documents.begin(), documents.end(), [&](SubjectType document) {
    return document == type || (document == SubjectType::kConfig && type == SubjectType::kBundle);
  });
}

std::vector<Rule> AllRules() {
  std::vector<Rule> rules;
  for (const RuleArea& area : RuleAreas())
    rules.insert(rules.end(), area.rules.begin(), area.rules.end());
  return rules;
}

const Rule* FindRule(std::string_view id) {
  static const std::map<std::string_view, Rule> rules = [] {
    std::map<std::string_view, Rule> by_id;
    for (const Rule& rule : AllRules()) by_id.emplace(rule.id, rule);
    return by_id;
  }();
  const auto found = rules.find(id);
  return found == rules.end() ? nullptr : &found->second;
}

}  // namespace loadline::validator
