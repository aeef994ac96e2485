// SPDX-License-Identifier: Apache-2.0
// What the probe answers to the messages of the isolation battery, where nothing is isolated.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/child_process.h"
#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::probe {
namespace {

using nlohmann::json;

constexpr const char* kServing = LOADLINE_BINARY_DIR "/loadline-probe";

// The answers of one that serves, after its first line.
std::vector<json> Answers(const std::vector<json>& messages) {
  RunOptions run;
  run.spawn.argv = {kServing, "serve"};
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

TEST(ProbeServes, ChangesADirectoryInEveryWayAndLeavesItAsItWas) {
  auto directory = TempDir::Make("probe");
  ASSERT_TRUE(directory.has_value());
  ASSERT_TRUE(WriteFileAtomically(directory->path() + "/kept", "kept").has_value());
  const json answer = Answers({{{"tell", "change"}, {"path", directory->path()}}})[0];
  EXPECT_EQ(answer["changed"].size(), 7u);
  for (const auto& way : answer["changed"].items()) EXPECT_EQ(way.value(), "ok") << way.key();
  const std::filesystem::directory_iterator entries(directory->path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
  EXPECT_EQ(*ReadFile(directory->path() + "/kept"), "kept");
}

TEST(ProbeServes, KnowsFileSystemsAndDevices) {
  const auto answers =
      Answers({{{"tell", "kind-of"}, {"path", "/proc"}},
               {{"tell", "kind-of"}, {"path", "/"}},
               {{"tell", "devices-at"}, {"paths", {"/dev/null", "/", "/not/there"}}}});
  EXPECT_EQ(answers[0]["kind"], "proc");
  EXPECT_EQ(answers[1]["kind"], "other");
  EXPECT_EQ(answers[2]["devices"]["/dev/null"],
            json({{"type", "character"}, {"major", 1}, {"minor", 3}}));
  EXPECT_EQ(answers[2]["devices"]["/"]["type"], "other");
  EXPECT_EQ(answers[2]["devices"]["/not/there"]["error"], "ENOENT");
}

TEST(ProbeServes, ReachesWhatIsThereAndSaysWhyNot) {
  const json answer = Answers({{{"tell", "reach"},
                                {"abstract-socket", "loadline-no-such-socket"},
                                {"shared-memory", 0x7777},
                                {"queue", "/loadline-no-such-queue"}}})[0];
  EXPECT_EQ(answer["reached"], json({{"abstract-socket", "ECONNREFUSED"},
                                     {"shared-memory", "ENOENT"},
                                     {"queue", "ENOENT"}}));
}

TEST(ProbeServes, SeesItsNeighbours) {
  const json answer = Answers({{{"tell", "neighbours"}}})[0];
  const json own = answer["neighbours"].value(std::to_string(getpid()), json());
  ASSERT_TRUE(own.is_object()) << answer;
  // Whoever is root may look, unless a security module says otherwise.
  if (geteuid() != 0) return;
  EXPECT_EQ(own["root"], "ok") << own;
}

TEST(ProbeServes, TellsTheRightsThatAProgramGives) {
  const auto answers = Answers({{{"tell", "rights-by"}, {"program", kServing}},
                                {{"tell", "rights-by"}, {"program", "/no"}}});
  const int rights = answers[0]["rights"].is_number() ? answers[0]["rights"].get<int>() : -1;
  EXPECT_EQ(rights & 1, geteuid() == 0 ? 1 : 0) << answers[0];
  EXPECT_TRUE(answers[1]["rights"].is_null());
}

TEST(ProbeServes, TellsWhichCallsABehaviourMakes) {
  const json message = {
      {"tell", "behave"}, {"area", "locks"}, {"name", "whole-file-command-unknown"}};
  json traced = message;
  traced["calls"] = true;
  const auto answers = Answers({message, traced});
  EXPECT_EQ(answers[0]["behaved"], "EINVAL");
  if (answers[1]["calls"].empty()) GTEST_SKIP() << "nothing may be traced here";
  EXPECT_THAT(answers[1]["calls"].get<std::vector<long>>(), testing::Contains(SYS_flock));
}

TEST(ProbeServes, RunsAProgramAndTellsWhatItMade) {
  const auto answers =
      Answers({{{"tell", "program"},
                {"words", {"/bin/sh", "-c", "cat >made; echo out; exit 3"}},
                {"input", "given"}},
               {{"tell", "program"}, {"words", json::array({"missing-program"})}}});
  const json& made = answers[0]["program"];
  EXPECT_EQ(made["end"], "exit 3") << made;
  EXPECT_EQ(made["output"], "out\n");
  EXPECT_EQ(made["files"]["made"]["content"], "given");
  EXPECT_EQ(answers[1]["program"]["end"], "exit 127") << answers[1];
}

TEST(ProbeServes, TellsWhichCallsOfAProgramEndHow) {
  const json traced = Answers({{{"tell", "program"},
                                {"words", {"/bin/sh", "-c", "cat missing; cat </dev/null; :"}},
                                {"trace", true}}})[0]["traced"];
  if (traced.contains("refused")) GTEST_SKIP() << "nothing may be traced here";
  EXPECT_THAT(traced["calls"], testing::Contains(json({SYS_openat, "missing", "ENOENT"})));
  EXPECT_THAT(traced["calls"], testing::Contains(json({SYS_openat, "/dev/null", "ok"})));
}

TEST(ProbeServes, CallsProgramsAndSaysHowTheyEnded) {
  const auto answers =
      Answers({{{"tell", "call"}, {"argv", {"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}}},
               {{"tell", "call"}, {"argv", {"/bin/sh", "-c", "kill -9 $$"}}},
               {{"tell", "call"}, {"argv", {"/bin/sleep", "10"}}, {"milliseconds", 100}},
               {{"tell", "call"}, {"argv", json::array({"/no/such/program"})}}});
  EXPECT_EQ(answers[0]["call"]["code"], 3);
  EXPECT_EQ(answers[0]["call"]["output"], "out\n");
  EXPECT_EQ(answers[0]["call"]["errors"], "err\n");
  EXPECT_EQ(answers[1]["call"]["signal"], 9);
  EXPECT_EQ(answers[2]["call"]["timedOut"], true);
  EXPECT_TRUE(answers[3].contains("error"));
}

// What a create leaves: a process that has its streams, and a file with its pid.
TEST(ProbeServes, HandsMessagesDownAndAnswersUp) {
  auto directory = TempDir::Make("probe");
  ASSERT_TRUE(directory.has_value());
  const std::string file = directory->path() + "/pid";
  const auto answers =
      Answers({{{"tell", "below"}, {"message", {{"tell", "nothing"}}}},
               {{"tell", "hold-call"},
                {"argv", {"/bin/sh", "-c", "exec 3<&0; cat <&3 & echo $! > " + file}},
                {"environment", {"PATH=/usr/bin:/bin"}}},
               {{"tell", "below"}, {"message", {{"number", 7}}}},
               {{"tell", "release"}, {"pidFile", file}},
               {{"tell", "below"}, {"milliseconds", 100}}});
  EXPECT_TRUE(answers[0].contains("error")) << "there is nothing below yet";
  EXPECT_EQ(answers[1]["call"]["code"], 0);
  EXPECT_EQ(answers[2], json({{"below", {{"number", 7}}}}));
  EXPECT_TRUE(answers[3]["released"].is_string());
  EXPECT_NE(answers[3]["released"], "it does not end");
  EXPECT_TRUE(answers[4].contains("error")) << "there is nothing below any more";
}

TEST(ProbeServes, TellsWhichCallsFailed) {
  const auto answers =
      Answers({{{"tell", "trace"}, {"argv", {"/bin/cat", "/proc/self/status/below"}}},
               {{"tell", "trace"}, {"argv", {"/bin/sleep", "10"}}, {"milliseconds", 100}}});
  EXPECT_THAT(answers[0]["failed"],
              testing::Contains(json("openat(/proc/self/status/below): ENOTDIR")));
  EXPECT_TRUE(answers[1]["failed"].is_array()) << "it is killed when the time is over";
}

TEST(ProbeServes, SaysWhatRemains) {
  auto directory = TempDir::Make("probe");
  ASSERT_TRUE(directory.has_value());
  ASSERT_TRUE(WriteFileAtomically(directory->path() + "/left", "").has_value());
  const json answer = Answers(
      {{{"tell", "remains"}, {"id", "loadline-no-such-group"}, {"state", directory->path()}}})[0];
  const json& remains = answer["remains"];
  EXPECT_EQ(remains["groups"], json::array());
  EXPECT_EQ(remains["state"], json::array({"left"}));
  EXPECT_GT(remains["mounts"], 0);
  EXPECT_FALSE(remains["processes"].empty());
}

}  // namespace
}  // namespace loadline::probe
