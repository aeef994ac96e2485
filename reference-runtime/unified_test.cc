// SPDX-License-Identifier: Apache-2.0
// Groups of cgroup v2, on real containers: on a host that has v1 as well, the properties of v2
// bring them about.
#include <signal.h>
#include <sys/wait.h>

#include "reference-runtime/cgroup_events.h"
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

class Unified : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    const auto hierarchies = FindHierarchies(true).value();
    const Hierarchy* tree = FindUnified(hierarchies);
    if (tree == nullptr) GTEST_SKIP() << "cgroup v2 is not mounted";
    path_ = "/loadline/test-" + std::to_string(getpid());
    tree_ = {*tree};
    group_ = tree->mount_point + path_;
    config["linux"]["cgroupsPath"] = path_;
    config["linux"]["resources"] = {{"unified", {{"cgroup.max.depth", "3"}}}};
  }

  std::string InGroup(const std::string& file) {
    return ReadFile(group_ + "/" + file).value_or("");
  }
  bool GroupExists() { return std::filesystem::exists(group_); }

  std::vector<Hierarchy> tree_;
  std::string path_;
  std::string group_;
};

TEST_F(Unified, IsWrittenAndTheProcessIsThere) {
  Args({"wait"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(InGroup("cgroup.max.depth"), "3\n");
  EXPECT_EQ(InGroup("cgroup.procs"), std::to_string(State("a")["pid"].get<int>()) + "\n");
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
  EXPECT_FALSE(GroupExists());
}

TEST_F(Unified, ExecLandsInTheGroup) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const Answer joined =
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"});
  ASSERT_EQ(joined.code, 0) << joined.errors;
  EXPECT_THAT(InGroup("cgroup.procs"), HasSubstr(ReadFile(path("pid")).value() + "\n"));
  // Seen from inside, the group is the root.
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "cat", "/proc/self/cgroup"}).output,
              HasSubstr("0::/\n"));
  EXPECT_EQ(Runtime({"kill", "--all", "a", "KILL"}).code, 0);
  WaitForEnd("a");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  EXPECT_FALSE(GroupExists());
}

TEST_F(Unified, AMountShowsTheContainersGroupAsItsRoot) {
  for (const bool own_namespace : {true, false}) {
    if (!own_namespace)
      std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                    [](const Json& entry) { return entry["type"] == "cgroup"; });
    config["mounts"].push_back({{"destination", "/cg"},
                                {"type", "cgroup2"},
                                {"source", "cgroup2"},
                                {"options", {"ro", "nosuid"}}});
    EXPECT_EQ(RunPayload({"cat", "/cg/cgroup.max.depth", "write", "/cg/cgroup.procs"}),
              "3\nwrite /cg/cgroup.procs: errno " + std::to_string(EROFS) + "\n");
    config["mounts"].erase(config["mounts"].size() - 1);
  }
}

TEST_F(Unified, WhatCannotBeKeptIsAnErrorThatLeavesNothing) {
  Args({"ids"});
  for (const Json& unified :
       {Json{{"../cgroup.procs", "1"}}, Json{{"nonesuch.max", "1"}}, Json{{"cgroup.nonesuch", "1"}},
        Json{{"cgroup.max.depth", "many"}}, Json{{"cgroup.max.depth", 3}}}) {
    config["linux"]["resources"]["unified"] = unified;
    const Answer refused = Make("create", "a");
    EXPECT_EQ(refused.code, 1) << unified;
    EXPECT_FALSE(refused.errors.empty());
    EXPECT_FALSE(GroupExists()) << unified;
  }
}

TEST_F(Unified, UpdateReachesTheGroup) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_TRUE(
      WriteFileAtomically(path("new"), R"({"unified": {"cgroup.max.depth": "7"}})").has_value());
  const Answer updated = Runtime({"update", "--resources", path("new"), "a"});
  EXPECT_EQ(updated.code, 0) << updated.errors;
  EXPECT_EQ(InGroup("cgroup.max.depth"), "7\n");
}

TEST_F(Unified, AFrozenGroupIsNotUsed) {
  const auto made = MakeCgroups(tree_, path_, Json::object());
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  ASSERT_TRUE(WriteExisting(group_ + "/cgroup.freeze", "1").has_value());
  Args({"ids"});
  EXPECT_THAT(Make("create", "a").errors, HasSubstr("is frozen"));
  EXPECT_TRUE(GroupExists()) << "it was not made by the runtime";
  EXPECT_TRUE(RemoveCgroupDirectories(*made).has_value());
}

// A process that waits in a group until it is killed.
pid_t WaitIn(const std::string& group) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (!WriteExisting(group + "/cgroup.procs", "0").has_value()) _exit(1);
  while (true) pause();
}

TEST_F(Unified, EventsTellOfFreezingAndOfTheEnd) {
  const auto made = MakeCgroups(tree_, path_ + "/inner", Json::object());
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  const std::string inner = group_ + "/inner";
  const auto patience = Deadline::After(std::chrono::seconds(30));
  const pid_t child = WaitIn(inner);
  EXPECT_EQ(WaitForEvent(inner, "populated 1", patience).value(), Readiness::kReady);
  ASSERT_TRUE(WriteExisting(inner + "/cgroup.freeze", "1").has_value());
  EXPECT_EQ(WaitForEvent(inner, "frozen 1", patience).value(), Readiness::kReady);
  EXPECT_EQ(
      WaitForEvent(inner, "populated 0", Deadline::After(std::chrono::milliseconds(1))).value(),
      Readiness::kTimedOut);
  // It is killed though it is frozen, and a group that somebody made below goes, too.
  std::filesystem::create_directory(inner + "/below");
  EXPECT_TRUE(RemoveCgroupDirectories(*made).has_value());
  EXPECT_FALSE(std::filesystem::exists(inner));
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(Unified, AParentWithOthersGroupsStays) {
  const auto made = MakeCgroups(tree_, path_ + "/inner", Json::object());
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  std::filesystem::create_directory(group_ + "/others");
  const pid_t child = WaitIn(group_ + "/others");
  EXPECT_EQ(WaitForEvent(group_, "populated 1", Deadline::After(std::chrono::seconds(30))).value(),
            Readiness::kReady);
  EXPECT_TRUE(RemoveCgroupDirectories(*made).has_value());
  EXPECT_FALSE(std::filesystem::exists(group_ + "/inner"));
  EXPECT_EQ(kill(child, 0), 0) << "it was killed";
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(RemoveCgroupDirectories({group_ + "/others"}).has_value());
  rmdir(group_.c_str());
  rmdir(group_.substr(0, group_.rfind('/')).c_str());
}

}  // namespace
}  // namespace loadline::runtime
