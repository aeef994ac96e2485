// SPDX-License-Identifier: Apache-2.0
// The loads of the control battery where nothing holds them back, and where resource limits do.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/child_process.h"

namespace loadline::probe {
namespace {

using nlohmann::json;

constexpr const char* kLoaded = LOADLINE_BINARY_DIR "/loadline-probe";

// The answers of one that serves in these conditions (launch.h), after its first line.
std::vector<json> AnswersIn(const std::vector<std::string>& conditions,
                            const std::vector<json>& messages) {
  RunOptions run;
  run.spawn.argv = {kLoaded, "launch"};
  run.spawn.argv.insert(run.spawn.argv.end(), conditions.begin(), conditions.end());
  run.spawn.argv.insert(run.spawn.argv.end(), {"--", kLoaded, "serve"});
  run.spawn.environment = {"PATH=/usr/bin:/bin"};
  for (const json& message : messages) run.input += message.dump() + "\n";
  run.deadline = Deadline::After(std::chrono::seconds(20));
  auto outcome = RunToEnd(run);
  EXPECT_TRUE(outcome.has_value());
  std::vector<json> answers;
  std::istringstream lines(outcome.has_value() ? outcome->standard_output : "");
  for (std::string line; std::getline(lines, line);)
    answers.push_back(json::parse(line, nullptr, false));
  EXPECT_EQ(answers.size(), messages.size() + 1);
  if (!answers.empty()) answers.erase(answers.begin());
  answers.resize(messages.size());
  return answers;
}

json GoAsFar(const char* limit, int64_t most) {
  return {{"tell", "go-as-far"}, {"limit", limit}, {"most", most}};
}

TEST(Loads, MemoryIsKeptUntilItIsLetGo) {
  const auto answers = AnswersIn({}, {{{"tell", "held"}},
                                      {{"tell", "hold"}, {"bytes", 1 << 20}},
                                      {{"tell", "held"}},
                                      {{"tell", "let-go"}},
                                      {{"tell", "held"}},
                                      {{"tell", "touch"}, {"bytes", 1 << 20}}});
  EXPECT_EQ(answers[0]["alive"], false);
  EXPECT_EQ(answers[1]["held"], "ok");
  EXPECT_EQ(answers[2]["alive"], true);
  EXPECT_EQ(answers[4]["alive"], false);
  EXPECT_EQ(answers[5]["touched"], "ok");
}

TEST(Loads, ProcessesAreKeptUntilTheyAreLetGo) {
  const auto answers = AnswersIn({}, {{{"tell", "keep-processes"}, {"count", 3}},
                                      {{"tell", "let-processes-go"}},
                                      {{"tell", "fork-until-refused"}, {"most", 3}}});
  EXPECT_EQ(answers[0], json({{"kept", 3}, {"refused", ""}}));
  EXPECT_EQ(answers[1]["ended"], 3);
  EXPECT_EQ(answers[2], json({{"forked", 3}, {"refused", ""}}));
}

// It would take the machine.
TEST(Loads, ABombDoesNotGoOffWithoutALimit) {
  EXPECT_EQ(AnswersIn({}, {{{"tell", "bomb"}, {"most", 5}}})[0]["bomb"], "there is no limit");
}

TEST(Loads, ProcessorTimeIsUsedInOneGo) {
  const json answer = AnswersIn({}, {{{"tell", "burn"}, {"microseconds", 3000}}})[0];
  EXPECT_GE(answer.value("wallSeconds", 0.0), 0.0029);
}

TEST(Loads, ResourceLimitsAreReachedExactly) {
  const json files = AnswersIn({"--limit", "nofile=20"}, {GoAsFar("RLIMIT_NOFILE", 100)})[0];
  EXPECT_EQ(files["amount"], 20) << files;
  EXPECT_EQ(files["end"], "EMFILE") << files;
  const json size = AnswersIn({"--limit", "fsize=10000"}, {GoAsFar("RLIMIT_FSIZE", 30000)})[0];
  EXPECT_EQ(size["amount"], 10000) << size;
  EXPECT_EQ(size["end"], "SIGXFSZ") << size;
}

TEST(Loads, WithoutALimitTheyGoAsFarAsTheyAreTold) {
  const auto answers = AnswersIn(
      {}, {GoAsFar("RLIMIT_NOFILE", 40), GoAsFar("RLIMIT_STACK", 65536), GoAsFar("RLIMIT_NO", 1)});
  EXPECT_EQ(answers[0]["end"], "ok");
  EXPECT_EQ(answers[1]["end"], "ok");
  EXPECT_GE(answers[1].value("amount", 0), 65536);
  EXPECT_TRUE(answers[2].contains("error"));
}

TEST(Loads, ADeviceThatIsNotThereIsNotMovedTo) {
  EXPECT_EQ(AnswersIn({}, {{{"tell", "move-directly"}, {"path", "/not/there"}}})[0]["moved"],
            "ENOENT");
}

TEST(Loads, AsMuchIsReadAsThereIs) {
  const auto read = [](const char* path, int64_t bytes) {
    return AnswersIn(
        {}, {{{"tell", "read-cached"}, {"path", path}, {"from", 4096}, {"bytes", bytes}}})[0];
  };
  EXPECT_EQ(read("/dev/zero", 1 << 20)["read"], "ok");
  EXPECT_EQ(read("/dev/null", 1)["read"], "the end");
  EXPECT_EQ(read("/not/there", 1)["read"], "ENOENT");
}

}  // namespace
}  // namespace loadline::probe
