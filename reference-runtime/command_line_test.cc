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
  EXPECT_THAT(line->All("without-stage"), ElementsAre("mounts", "hostname"));
}

TEST(CommandLine, ARepeatedOptionKeepsItsOrder) {
  const auto line =
      ParseCommandLine({"exec", "-e", "A=1", "--env=B=2", "--env", "A=3", "id", "sh", "-e"});
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(line->All("env"), ElementsAre("A=1", "B=2", "A=3"));
  EXPECT_EQ(line->Get("env"), "A=3");
  EXPECT_THAT(line->All("cap"), ElementsAre());
  EXPECT_THAT(line->operands, ElementsAre("id", "sh", "-e"));
}

TEST(CommandLine, AFlagCanBeSwitchedOff) {
  const auto line = ParseCommandLine({"exec", "--no-new-privs=false", "id", "sh"});
  ASSERT_TRUE(line.has_value());
  EXPECT_FALSE(line->Has("no-new-privs"));
  EXPECT_EQ(line->options.count("no-new-privs"), 1U);
}

TEST(CommandLine, RootlessOfSpecIsNotTheGlobalOne) {
  const auto both = ParseCommandLine({"--rootless", "false", "spec", "--rootless"});
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->Get("rootless"), "false");
  EXPECT_TRUE(both->Has("spec rootless"));
  const auto global = ParseCommandLine({"--rootless", "true", "spec"});
  ASSERT_TRUE(global.has_value());
  EXPECT_FALSE(global->Has("spec rootless"));
}

TEST(CommandLine, OperandsAreCounted) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"state"}, {"state", "a", "b"}, {"kill", "a", "TERM", "b"}, {"list", "a"}, {"exec"}})
    EXPECT_FALSE(ParseCommandLine(arguments).has_value()) << arguments.back();
  EXPECT_TRUE(ParseCommandLine({"delete", "a", "b", "c"}).has_value());
  EXPECT_TRUE(ParseCommandLine({"state", "--help"}).has_value());
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--pid-file", "p", "create", "id"},  // not global
                                             {"create", "--force", "id"},
                                             {"state", "--nonsense"},
                                             {"create", "--bundle"},  // no value
                                             {"delete", "--force=yes", "id"},
                                             {"no-such-operation"},
                                             {"--without-stage", "no-such-stage", "run", "id"},
                                             {"--swap-stages", "mounts", "run", "id"},
                                             {"--swap-stages", "mounts,execute", "run", "id"}}) {
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

TEST(CommandLine, TheHelpOfAnOperationNamesItsOptionsAlone) {
  EXPECT_THAT(Usage("exec"), HasSubstr("--ignore-paused"));
  EXPECT_THAT(Usage("exec"), testing::Not(HasSubstr("--force")));
  EXPECT_THAT(Usage("delete"), HasSubstr("--force"));
}

}  // namespace
}  // namespace loadline::runtime
