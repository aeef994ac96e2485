// SPDX-License-Identifier: Apache-2.0
// ps, events, list and update, on real containers.
#include <gmock/gmock.h>
#include <sched.h>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

class Queries : public Bundle {
 protected:
  std::string group_ = "/loadline/queries-" + std::to_string(getpid());

  void Begin(const std::string& id) {
    config["linux"]["cgroupsPath"] = group_;
    Args({"wait"});
    ASSERT_EQ(Make("create", id).code, 0);
    ASSERT_EQ(Runtime({"start", id}).code, 0);
  }
};

TEST_F(Queries, PsShowsTheContainersProcessesAlone) {
  Begin("a");
  ASSERT_EQ(
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"}).code,
      0);
  const int first = State("a")["pid"];
  const int second = std::atoi(ReadFile(path("pid")).value().c_str());
  EXPECT_EQ(Json::parse(Runtime({"ps", "--format", "json", "a"}).output),
            Json(std::set<int>{first, second}));
  const Answer table = Runtime({"ps", "a", "-o", "pid,args"});
  EXPECT_EQ(table.code, 0) << table.errors;
  EXPECT_EQ(std::count(table.output.begin(), table.output.end(), '\n'), 3) << table.output;
  EXPECT_THAT(table.output, HasSubstr("/bin/payload wait"));
  EXPECT_EQ(Runtime({"ps", "a", "-o", "args"}).code, 1);
  EXPECT_EQ(Runtime({"ps", "--format", "yaml", "a"}).code, 1);
}

TEST_F(Queries, PsKnowsAContainerWithoutGroups) {
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  EXPECT_EQ(Json::parse(Runtime({"ps", "--format", "json", "a"}).output),
            Json::array({State("a")["pid"]}));
}

TEST_F(Queries, EventsTellWhatIsUsed) {
  Begin("a");
  const Answer answer = Runtime({"events", "--stats", "a"});
  ASSERT_EQ(answer.code, 0) << answer.errors;
  EXPECT_EQ(std::count(answer.output.begin(), answer.output.end(), '\n'), 1);
  const Json event = Json::parse(answer.output);
  EXPECT_EQ(event["type"], "stats");
  EXPECT_EQ(event["id"], "a");
  if (!GroupsOf("memory").empty()) {
    EXPECT_GT(event["data"]["memory"]["usage"]["usage"].get<uint64_t>(), 0U);
  }
  if (!GroupsOf("pids").empty()) {
    EXPECT_EQ(event["data"]["pids"]["current"], 1);
  }
  EXPECT_TRUE(event["data"]["hugetlb"].is_object());
  EXPECT_EQ(Runtime({"events", "--interval", "0s", "a"}).code, 1);
  EXPECT_EQ(Runtime({"events", "--interval", "5", "a"}).code, 1);
  EXPECT_EQ(Runtime({"events", "nobody"}).code, 1);
}

TEST_F(Queries, EventsTellThatMemoryRanOut) {
  if (GroupsOf("memory").empty()) GTEST_SKIP() << "this host has no memory controller";
  config["linux"]["cgroupsPath"] = group_;
  config["linux"]["resources"]["memory"] = {{"limit", 16 << 20}};
  Args({"eat"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const UniqueFd output(open(path("events").c_str(), O_RDWR | O_CREAT | O_APPEND, 0644));
  SpawnOptions options;
  options.argv = {runtime_program, "--root", path("root"), "events", "--interval", "10ms", "a"};
  options.standard_output = output.get();
  auto events = ChildProcess::Spawn(options);
  ASSERT_TRUE(events.has_value());
  // It watches once it has told something.
  const Deadline deadline = Deadline::After(std::chrono::seconds(20));
  while (ReadFile(path("events")).value().empty() && !deadline.Passed()) sched_yield();
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const auto ended = events->Wait(Deadline::After(std::chrono::seconds(20))).value();
  ASSERT_TRUE(ended.has_value()) << "it goes on after the container has ended";
  EXPECT_EQ(ended->code, 0);
  const std::string text = ReadFile(path("events")).value();
  EXPECT_THAT(text, testing::StartsWith(R"({"type":"stats","id":"a","data":{)"));
  EXPECT_THAT(text, HasSubstr("{\"type\":\"oom\",\"id\":\"a\"}\n"));
}

TEST_F(Queries, UpdateTakesFlags) {
  const std::string groups = GroupsOf("pids");
  if (groups.empty()) GTEST_SKIP() << "this host has no pids controller";
  Begin("a");
  const Answer updated = Runtime({"update", "--pids-limit", "17", "a"});
  EXPECT_EQ(updated.code, 0) << updated.errors;
  EXPECT_EQ(ReadFile(groups + group_ + "/pids.max").value(), "17\n");
  EXPECT_EQ(Runtime({"update", "--pids-limit", "many", "a"}).code, 1);
  EXPECT_EQ(ReadFile(groups + group_ + "/pids.max").value(), "17\n");
}

TEST_F(Queries, TheTableNamesTheOwner) {
  Begin("a");
  const Answer table = Runtime({"list"});
  EXPECT_THAT(table.output, testing::StartsWith("ID          PID         STATUS      BUNDLE"));
  EXPECT_THAT(table.output, HasSubstr(" root\n"));
  const Json entry = Json::parse(Runtime({"list", "--format", "json"}).output)[0];
  EXPECT_EQ(entry["owner"], "root");
  EXPECT_EQ(entry["rootfs"], std::filesystem::canonical(path("rootfs")).string());
  EXPECT_EQ(Runtime({"list", "--format", "yaml"}).code, 1);
}

TEST_F(Queries, SeveralAreDeletedAtOnce) {
  Begin("a");
  Args({"wait"});
  config["linux"].erase("cgroupsPath");
  ASSERT_EQ(Make("create", "b").code, 0);
  EXPECT_EQ(Runtime({"delete", "a", "b"}).code, 1);
  EXPECT_EQ(Runtime({"list", "--quiet"}).output, "a\nb\n");
  EXPECT_EQ(Runtime({"delete", "--force", "nobody", "a", "b"}).code, 0);
  EXPECT_EQ(Runtime({"list", "--quiet"}).output, "");
}

}  // namespace
}  // namespace loadline::runtime
