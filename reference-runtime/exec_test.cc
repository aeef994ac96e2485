// SPDX-License-Identifier: Apache-2.0
// exec, on real containers.
#include <gmock/gmock.h>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

class Exec : public Bundle {
 protected:
  void Begin(const std::string& id) {
    Args({"wait"});
    ASSERT_EQ(Make("create", id).code, 0);
    ASSERT_EQ(Runtime({"start", id}).code, 0);
  }
};

TEST_F(Exec, RunsACommandAndReturnsItsStatus) {
  Begin("a");
  const Answer answer = Runtime({"exec", "a", "/bin/payload", "ids", "exit", "7"});
  EXPECT_EQ(answer.code, 7) << answer.errors;
  EXPECT_NE(answer.output.find("uid 0 gid 0"), std::string::npos) << answer.output;
}

TEST_F(Exec, TakesUserAndDirectory) {
  Begin("a");
  const Answer answer = Runtime(
      {"exec", "--user", "5:6", "--cwd", "/bin", "a", "/bin/payload", "ids", "cwd", "nofile"});
  EXPECT_EQ(answer.code, 0) << answer.errors;
  EXPECT_NE(answer.output.find("uid 5 gid 6"), std::string::npos) << answer.output;
  EXPECT_NE(answer.output.find("cwd /bin\n"), std::string::npos) << answer.output;
}

TEST_F(Exec, GetsNoDescriptorOfTheCaller) {
  Begin("a");
  const UniqueFd stray(open("/", O_RDONLY | O_DIRECTORY));
  const Answer answer =
      Runtime({"exec", "a", "/bin/payload", "list", "/proc/self/fd"}, {{stray.get(), 20}});
  EXPECT_EQ(answer.output, "0 1 2 \n") << answer.errors;
}

TEST_F(Exec, OfAProgramThatIsMissingIsAnError) {
  Begin("a");
  const Answer answer = Runtime({"exec", "a", "/bin/nothing"});
  EXPECT_EQ(answer.code, 255);
  EXPECT_NE(answer.errors.find("/bin/nothing"), std::string::npos) << answer.errors;
}

TEST_F(Exec, WhatItCannotUnderstandIsAnError) {
  Begin("a");
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--user", "nobody-here"},
                                             {"--user", "0:nobody-here"},
                                             {"--cwd", "bin"},
                                             {"--process", path("missing")},
                                             {"--env", "NAME"},
                                             {"--env", "=value"},
                                             {"--cap", "CAP_NOTHING"},
                                             {"--additional-gids", "1,x"},
                                             {"--apparmor", "profile"},
                                             {"--process-label", "label"},
                                             {"--cgroup", "nothing:/"},
                                             {"--cgroup", "a", "--cgroup", "b"},
                                             {"--cgroup", "no-such-group"},
                                             {"--preserve-fds", "500"},
                                             {"--pidfd-socket", path("missing")}}) {
    std::vector<std::string> arguments{"exec"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"a", "/bin/payload", "ids"});
    const Answer answer = Runtime(arguments);
    EXPECT_EQ(answer.code, 255) << options[0] << " " << options[1];
    EXPECT_EQ(answer.output, "") << options[0] << " " << options[1];
  }
  EXPECT_EQ(Runtime({"exec", "a"}).code, 255);
  EXPECT_EQ(Runtime({"exec"}).code, 1);
}

TEST_F(Exec, TellsHowItsProcessEnded) {
  Begin("a");
  EXPECT_EQ(Runtime({"exec", "a", "/bin/payload", "signal", "9"}).code, 128 + 9);
}

TEST_F(Exec, LooksUpUsersInTheContainer) {
  std::filesystem::create_directories(path("rootfs/etc"));
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/etc/passwd"),
                                  "root:x:0:0::/root:/bin/sh\nweb:x:33:34::/srv/web:/bin/sh\n")
                  .has_value());
  ASSERT_TRUE(
      WriteFileAtomically(path("rootfs/etc/group"), "web:x:34:\nlog:x:40:other,web\n").has_value());
  Begin("a");
  const auto ids = [&](const std::string& user) {
    const Answer answer = Runtime({"exec", "--user", user, "a", "/bin/payload", "ids"});
    return answer.code == 0 ? answer.output : answer.errors;
  };
  EXPECT_THAT(ids("web"), testing::StartsWith("uid 33 gid 34 groups 40 "));
  EXPECT_THAT(ids("web:log"), testing::StartsWith("uid 33 gid 40 groups umask"));
  EXPECT_THAT(ids("33"), testing::StartsWith("uid 33 gid 0 groups umask"));
  EXPECT_THAT(ids("7:web"), testing::StartsWith("uid 7 gid 34 groups umask"));
}

// The image decides what stands there; the runtime must not be the one who opens it.
TEST_F(Exec, OpensNothingButARegularFileOfUsers) {
  std::filesystem::create_directories(path("rootfs/etc"));
  ASSERT_EQ(mkfifo(path("rootfs/etc/passwd").c_str(), 0644), 0);
  Begin("a");
  const Answer answer = Runtime({"exec", "--user", "web", "a", "/bin/payload", "ids"});
  EXPECT_EQ(answer.code, 255);
  EXPECT_THAT(answer.errors, testing::HasSubstr("not a regular file"));
}

TEST_F(Exec, UsersAreNotLookedUpOutsideTheContainer) {
  std::filesystem::create_directories(path("rootfs/etc"));
  ASSERT_TRUE(WriteFileAtomically(path("outside"), "web:x:33:34::/:/bin/sh\n").has_value());
  std::filesystem::create_symlink("../../outside", path("rootfs/etc/passwd"));
  Begin("a");
  EXPECT_EQ(Runtime({"exec", "--user", "web", "a", "/bin/payload", "ids"}).code, 255);
}

TEST_F(Exec, AddsToEnvironmentGroupsAndCapabilities) {
  config["process"]["env"] = {"PATH=/bin", "A=1", "AB=1"};
  Begin("a");
  const Answer environment =
      Runtime({"exec", "-e", "A=2", "-e", "C=3", "a", "payload", "environment"});
  EXPECT_EQ(environment.output, "PATH=/bin\nAB=1\nA=2\nC=3\nHOME=/\n") << environment.errors;
  EXPECT_THAT(Runtime({"exec", "-g", "7,8", "-g", "9", "a", "payload", "ids"}).output,
              testing::HasSubstr("groups 7 8 9 "));
  EXPECT_THAT(Runtime({"exec", "a", "payload", "cat", "/proc/self/status"}).output,
              testing::HasSubstr("CapEff:\t0000000020000420\n"));
  EXPECT_THAT(
      Runtime({"exec", "-c", "CAP_CHOWN", "a", "payload", "cat", "/proc/self/status"}).output,
      testing::HasSubstr("CapEff:\t0000000020000421\n"));
}

TEST_F(Exec, ForbidsNewPrivilegesWhenToldTo) {
  config["process"]["noNewPrivileges"] = false;
  Begin("a");
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "cat", "/proc/self/status"}).output,
              testing::HasSubstr("NoNewPrivs:\t0\n"));
  EXPECT_THAT(
      Runtime({"exec", "--no-new-privs", "a", "/bin/payload", "cat", "/proc/self/status"}).output,
      testing::HasSubstr("NoNewPrivs:\t1\n"));
}

TEST_F(Exec, KeepsTheDescriptorsThatItIsTold) {
  Begin("a");
  const UniqueFd kept(open("/", O_RDONLY | O_DIRECTORY));
  const Answer answer =
      Runtime({"exec", "--preserve-fds", "1", "a", "/bin/payload", "list", "/proc/self/fd"},
              {{kept.get(), 3}, {kept.get(), 4}});
  EXPECT_EQ(answer.output, "0 1 2 3 \n") << answer.errors;
}

TEST_F(Exec, JoinsAGroupBelowTheContainers) {
  const std::string group = "/loadline/exec-" + std::to_string(getpid());
  config["linux"]["cgroupsPath"] = group;
  std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                [](const Json& entry) { return entry["type"] == "cgroup"; });
  Begin("a");
  const std::string below = GroupsOf("pids") + group + "/below";
  ASSERT_EQ(mkdir(below.c_str(), 0755), 0);
  const bool v1 = HasV1Controllers(FindHierarchies(false).value());
  const Answer answer = Runtime({"exec", "--cgroup", v1 ? "pids:below" : "/below", "a",
                                 "/bin/payload", "cat", "/proc/self/cgroup"});
  EXPECT_THAT(answer.output, testing::HasSubstr(":" + group + "/below\n")) << answer.errors;
  EXPECT_TRUE(!v1 || answer.output.find(":cpu:" + group + "\n") != std::string::npos);
  // Above is as far as it gets.
  const Answer above = Runtime({"exec", "--cgroup", v1 ? "pids:../.." : "../..", "a",
                                "/bin/payload", "cat", "/proc/self/cgroup"});
  EXPECT_THAT(above.output, testing::HasSubstr((v1 ? ":pids:" : ":") + group + "\n"))
      << above.errors;
  rmdir(below.c_str());
}

// As in a container whose first process is systemd.
TEST_F(Exec, FollowsTheFirstProcessOutOfAGroupThatTakesNone) {
  if (HasV1Controllers(FindHierarchies(false).value())) GTEST_SKIP() << "v2 alone has such groups";
  const std::string group = "/loadline/exec-follows-" + std::to_string(getpid());
  config["linux"]["cgroupsPath"] = group;
  std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                [](const Json& entry) { return entry["type"] == "cgroup"; });
  Begin("a");
  const std::string directory = GroupsOf("pids") + group;
  ASSERT_EQ(mkdir((directory + "/init").c_str(), 0755), 0);
  ASSERT_TRUE(
      WriteExisting(directory + "/init/cgroup.procs", std::to_string(State("a")["pid"].get<int>()))
          .has_value());
  ASSERT_TRUE(WriteExisting(directory + "/cgroup.subtree_control", "+pids").has_value());
  const Answer answer = Runtime({"exec", "a", "/bin/payload", "cat", "/proc/self/cgroup"});
  EXPECT_EQ(answer.code, 0) << answer.errors;
  EXPECT_EQ(answer.output, "0::" + group + "/init\n");
}

TEST_F(Exec, WaitsInAPausedContainerOnlyWhenToldTo) {
  if (GroupsOf("freezer").empty()) GTEST_SKIP() << "this host has no freezer";
  config["linux"]["cgroupsPath"] = "/loadline/exec-paused-" + std::to_string(getpid());
  Begin("a");
  ASSERT_EQ(Runtime({"pause", "a"}).code, 0);
  EXPECT_EQ(Runtime({"exec", "a", "/bin/payload", "ids"}).code, 255);
  SpawnOptions options;
  options.argv = {runtime_program, "--root", path("root"), "exec", "--ignore-paused", "a",
                  "/bin/payload",  "exit",   "7"};
  auto waiting = ChildProcess::Spawn(options);
  ASSERT_TRUE(waiting.has_value());
  EXPECT_FALSE(waiting->Wait(Deadline::After(std::chrono::milliseconds(200))).value().has_value());
  ASSERT_EQ(Runtime({"resume", "a"}).code, 0);
  const auto ended = waiting->Wait(Deadline::After(std::chrono::seconds(30))).value();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 7);
}

TEST_F(Exec, NeedsALivingContainer) {
  Begin("a");
  Runtime({"kill", "a", "KILL"});
  WaitForEnd("a");
  const Answer answer = Runtime({"exec", "a", "/bin/payload", "ids"});
  EXPECT_EQ(answer.code, 255);
  EXPECT_NE(answer.errors.find("is stopped"), std::string::npos) << answer.errors;
}

TEST_F(Exec, DetachedItLeavesItsPid) {
  Begin("a");
  const Answer answer =
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"});
  ASSERT_EQ(answer.code, 0) << answer.errors;
  const pid_t pid = std::atoi(ReadFile(path("pid")).value().c_str());
  EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/ns/mnt"),
            std::filesystem::read_symlink("/proc/" + std::to_string(State("a")["pid"].get<int>()) +
                                          "/ns/mnt"));
}

}  // namespace
}  // namespace loadline::runtime
