// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/rule.h"

#include <set>

#include "validator/schema_requirements.h"

namespace loadline::validator {
namespace {

TEST(Rules, HaveIdsOfTheirOwnKind) {
  std::set<std::string_view> ids;
  for (const RuleArea& area : RuleAreas()) {
    for (const Rule& rule : area.rules) {
      EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " stands twice";
      EXPECT_THAT(std::string(rule.id),
                  testing::MatchesRegex("[a-z]+(-[a-z]+)*(/[a-z0-9]+(-[a-z0-9]+)*)+"));
      EXPECT_EQ(rule.id.substr(0, rule.id.find('/')),
                area.rules[0].id.substr(0, area.rules[0].id.find('/')))
          << rule.id << " is not named after its area";
      EXPECT_FALSE(rule.title.empty()) << rule.id;
    }
  }
  EXPECT_GE(ids.size(), 100u);
}

TEST(Rules, EverySchemaHasOne) {
  for (const SubjectKind& kind : SubjectKinds()) {
    EXPECT_TRUE(kind.schema.empty() || FindRule(SchemaRule(kind.schema)) != nullptr) << kind.schema;
  }
}

TEST(Rules, SchemasCiteRequirementsThatExist) {
  for (const SubjectKind& kind : SubjectKinds()) {
    for (const std::string& id : RequirementsOfSchema(kind.schema))
      EXPECT_NE(schema::FindRequirement(id), nullptr) << kind.schema << " cites " << id;
  }
}

TEST(Rules, EveryDemandOnADocumentIsJudgedOrSaysWhyNot) {
  std::set<std::string, std::less<>> cited;
  for (const Rule& rule : AllRules())
    cited.insert(rule.requirements.begin(), rule.requirements.end());
  for (const SubjectKind& kind : SubjectKinds()) {
    for (const std::string& id : RequirementsOfSchema(kind.schema)) cited.insert(id);
  }
  for (const schema::Ledger* ledger : schema::Ledgers()) {
    for (const schema::Requirement& requirement : ledger->requirements) {
      if (requirement.addressee != schema::Addressee::kDocument ||
          requirement.level == schema::Level::kMay)
        continue;
      EXPECT_TRUE(cited.contains(requirement.id) || !requirement.reason.empty())
          << requirement.id << ": " << requirement.statement;
    }
  }
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
