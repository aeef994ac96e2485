// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/rule.h"

#include <set>

namespace loadline::validator {
namespace {

TEST(Rules, HaveIdsOfTheirOwnKind) {
  std::set<std::string_view> ids;
  for (const RuleArea& area : RuleAreas()) {
    for (const Rule& rule : area.rules) {
      EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " stands twice";
      EXPECT_THAT(std::string(rule.id), testing::MatchesRegex("[a-z]+(/[a-z]+(-[a-z]+)*)+"));
      EXPECT_EQ(rule.id.substr(0, rule.id.find('/')), ToText(area.document)) << rule.id;
      EXPECT_EQ(rule.id.substr(0, rule.id.rfind('/')),
                area.rules[0].id.substr(0, area.rules[0].id.rfind('/')))
          << rule.id << " is not named after its area";
      EXPECT_FALSE(rule.title.empty()) << rule.id;
    }
  }
  EXPECT_GE(ids.size(), 100u);
}

TEST(Rules, CiteRequirementsOfTheirLevel) {
  for (const Rule& rule : AllRules()) {
    for (const std::string_view id : rule.requirements) {
      const schema::Requirement* requirement = schema::FindRequirement(id);
      ASSERT_NE(requirement, nullptr) << rule.id << " cites " << id;
      EXPECT_EQ(requirement->level, rule.level) << rule.id << " cites " << id;
      EXPECT_TRUE(requirement->reason.empty())
          << id << " says that nothing can judge it, and " << rule.id << " does";
    }
  }
}

}  // namespace
}  // namespace loadline::validator
