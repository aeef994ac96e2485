// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/command_line.h"

#include <gmock/gmock.h>

namespace loadline::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// As podman's monitor calls create.
TEST(CommandLine, GlobalOptionsComeBeforeTheOperation) {
  const auto line = ParseCommandLine({"--root=/run/r", "--log", "l", "--log-format=json", "create",
                                      "--bundle", "/b", "--pid-file=/p", "--no-new-keyring", "id"});
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->operation, "create");
  EXPECT_EQ(line->Get("root"), "/run/r");
  EXPECT_EQ(line->Get("log"), "l");
  EXPECT_EQ(line->Get("log-format"), "json");
  EXPECT_EQ(line->Get("bundle"), "/b");
  EXPECT_EQ(line->Get("pid-file"), "/p");
  EXPECT_THAT(line->operands, ElementsAre("id"));
}

TEST(CommandLine, ALetterMeansWhatItsOperationSays) {
  const auto removed = ParseCommandLine({"delete", "-f", "id"});
  ASSERT_TRUE(removed.has_value());
  EXPECT_TRUE(removed->Has("force"));
  const auto listed = ParseCommandLine({"list", "-f", "json"});
  ASSERT_TRUE(listed.has_value());
  EXPECT_EQ(listed->Get("format"), "json");
}

TEST(CommandLine, NoOptionsAfterTwoDashes) {
  const auto line = ParseCommandLine({"kill", "--", "-id", "KILL"});
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(line->operands, ElementsAre("-id", "KILL"));
}

TEST(CommandLine, StagesAreLeftOutOneByOne) {
  const auto line =
      ParseCommandLine({"--without-stage", "mounts", "--without-stage=hostname", "run", "id"});
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(line->without, ElementsAre("mounts", "hostname"));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--pid-file", "p", "create", "id"},  // not global
                                             {"create", "--force", "id"},
                                             {"state", "--nonsense"},
                                             {"create", "--bundle"},  // no value
                                             {"delete", "--force=yes", "id"},
                                             {"--without-stage", "no-such-stage", "run", "id"}}) {
    const auto line = ParseCommandLine(arguments);
    ASSERT_FALSE(line.has_value()) << arguments.back();
    EXPECT_THAT(line.error().hint, HasSubstr("loadline-runtime")) << arguments.back();
  }
}

TEST(CommandLine, TheHelpNamesEveryOperation) {
  for (const char* operation :
       {"create", "start", "run", "state", "kill", "delete", "list", "features", "spec"})
    EXPECT_THAT(Usage(), HasSubstr(operation));
}

}  // namespace
}  // namespace loadline::runtime
