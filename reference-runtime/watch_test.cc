// SPDX-License-Identifier: Apache-2.0
// What --debug tells of stages and states, for programs that read it. (observation/probes.py shows
// that the probes tell the same.)
#include "reference-runtime/watch.h"

#include <gmock/gmock.h>

#include "reference-runtime/testing/bundle.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

class Watch : public Bundle {
 protected:
  // The lines of a run's log.
  std::vector<Json> Run(const std::string& id) {
    EXPECT_TRUE(WriteFileAtomically(path("config.json"), config.dump()).has_value());
    Runtime(
        {"--log", path("log"), "--log-format", "json", "--debug", "run", "--bundle", path(""), id});
    std::vector<Json> lines;
    for (const std::string& line : SplitText(ReadFile(path("log")).value(), '\n'))
      lines.push_back(Json::parse(line));
    return lines;
  }
};

// oci-runtime/runtime/lifecycle
TEST_F(Watch, DebugTellsOfStagesAndStatesInFields) {
  Args({"names"});
  std::vector<std::string> states;
  std::set<std::string> sides;
  for (const Json& line : Run("a")) {
    EXPECT_EQ(line["level"], "debug");
    EXPECT_TRUE(line.contains("time"));
    ASSERT_TRUE(line.contains("msg")) << line;
    EXPECT_EQ(line["id"], "a") << line;
    if (line.contains("status")) {
      states.push_back(line["status"]);
      EXPECT_EQ(line["msg"], "container a is " + states.back());
      continue;
    }
    sides.insert(line["side"]);
    EXPECT_FALSE(line.contains("error")) << line;
    EXPECT_EQ(line["msg"], line["stage"].get<std::string>() + " took " +
                               std::to_string(line["us"].get<int64_t>()) + " us");
  }
  EXPECT_THAT(states, testing::ElementsAre("creating", "created", "running", "stopped", "deleted"));
  EXPECT_THAT(sides, testing::ElementsAre("container", "runtime"));
}

TEST_F(Watch, AStageThatFailsIsToldInFields) {
  Args({"names"});
  config["mounts"].push_back({{"destination", "/nothing"},
                              {"type", "none"},
                              {"source", "/nowhere"},
                              {"options", {"bind"}}});
  const auto lines = Run("a");
  size_t failed = 0;
  for (const Json& line : lines) failed += line.contains("error") ? 1 : 0;
  EXPECT_EQ(failed, 1U);
  const auto stage = std::find_if(lines.begin(), lines.end(),
                                  [](const Json& line) { return line.contains("error"); });
  ASSERT_NE(stage, lines.end());
  EXPECT_EQ((*stage)["stage"], "mounts");
  EXPECT_EQ((*stage)["side"], "container");
  EXPECT_EQ((*stage)["error"], ENOENT);
  // What engines look for, and the same for programs.
  const Json& error = lines.back();
  EXPECT_EQ(error["level"], "error");
  EXPECT_THAT(error["msg"].get<std::string>(), testing::StartsWith("mounts: "));
  EXPECT_EQ(error["stage"], "mounts");
  EXPECT_EQ(error["errno"], ENOENT);
}

// Nobody is told twice, and nothing comes after the end.
TEST(Status, IsToldWhenItChanges) {
  Context context;
  ChangeStatus(context, "running");
  EXPECT_EQ(context.status, "running");
  ChangeStatus(context, "deleted");
  ChangeStatus(context, "stopped");
  EXPECT_EQ(context.status, "deleted");
}

}  // namespace
}  // namespace loadline::runtime
