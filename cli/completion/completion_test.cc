// SPDX-License-Identifier: Apache-2.0
// That shells complete by these programs, shells.py shows; here is what no shell would notice.
#include "cli/completion/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CommandTree Sample() {
  CommandTree verb{"weigh", "how heavy is it; and so on", "", {}, {}, {}};
  verb.options.push_back(
      {{"-f", "--format"}, "FORMAT", {"text", "json"}, "it's [so]: a\\b", false, false});
  verb.options.push_back({{"--quiet"}, "", {}, "say nothing", false, false});
  verb.words.push_back({{"paths"}, "PATH", {}, "what", true, true});
  return {"loadline", "", "", {}, {}, {verb}};
}

const CommandOption* Find(const CommandTree& tree, const std::string& name) {
  for (const CommandOption& option : tree.options) {
    if (option.names.back() == name) return &option;
  }
  return nullptr;
}

const CommandTree* Verb(const CommandTree& tree, const std::string& name) {
  for (const CommandTree& verb : tree.verbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

TEST(CommandTreeOfLoadline, HasVerbsOptionsWordsAndChoices) {
  const CommandTree tree = ReadCommandTree();
  const CommandTree* list = Verb(tree, "list");
  ASSERT_NE(list, nullptr);
  EXPECT_THAT(list->words.at(0).choices,
              ElementsAre("requirements", "rules", "cases", "candidates"));
  const CommandOption* format = Find(*list, "--format");
  ASSERT_NE(format, nullptr);
  EXPECT_EQ(format->value, "FORMAT");
  EXPECT_THAT(format->choices, ElementsAre("text", "json", "ids"));
  EXPECT_FALSE(format->repeatable);
  const CommandTree* validate = Verb(tree, "validate");
  ASSERT_NE(validate, nullptr);
  EXPECT_TRUE(validate->words.at(0).repeatable);
  EXPECT_TRUE(validate->words.at(0).required);
  EXPECT_THAT(Find(*validate, "--color")->choices,
              testing::UnorderedElementsAre("auto", "always", "never"));
  EXPECT_EQ(Find(*validate, "--quiet")->value, "");
  EXPECT_NE(Verb(*Verb(tree, "report"), "merge"), nullptr);
}

TEST(CompletionsOfValues, GoByTheNameOfTheValue) {
  const CommandTree tree = ReadCommandTree();
  const CommandTree& certify = *Verb(tree, "certify");
  const auto of = [&certify](const char* option) {
    return CompletionsOf(*Find(certify, option), certify);
  };
  EXPECT_EQ(of("--only").kind, Completions::Kind::kListed);
  EXPECT_EQ(of("--bundle").kind, Completions::Kind::kDirectories);
  EXPECT_EQ(of("--jobs").kind, Completions::Kind::kNothing);
  EXPECT_THAT(of("--battery").words, testing::Contains("equivalence"));
  EXPECT_THAT(of("--report").words, testing::Contains("junit"));
  const CommandTree& verify = *Verb(tree, "verify");
  EXPECT_EQ(CompletionsOf(*Find(verify, "--at"), verify).kind, Completions::Kind::kNothing);
  EXPECT_EQ(CompletionsOf({{"--new"}, "SOMETHING", {}, "", false, false}, certify).kind,
            Completions::Kind::kFiles);
}

TEST(Completion, ForeignWordsStayWords) {
  const CommandTree tree = Sample();
  EXPECT_THAT(ZshCompletion(tree), HasSubstr(R"(--format=[it'\''s \[so\]]:FORMAT:(text json)')"));
  EXPECT_THAT(FishCompletion(tree),
              HasSubstr(R"(-s f -l format -r -f -a 'text json' -d 'it\'s [so]')"));
  EXPECT_THAT(BashCompletion(tree), HasSubstr("'weigh -f' | 'weigh --format')"));
  EXPECT_THAT(BashCompletion(tree), Not(HasSubstr("'weigh --quiet')")));
}

TEST(Completion, AHelpTextIsCutAtItsFirstClause) {
  EXPECT_EQ(Brief("how heavy is it; and so on"), "how heavy is it");
  EXPECT_EQ(Brief("short"), "short");
}

}  // namespace
}  // namespace loadline::cli
