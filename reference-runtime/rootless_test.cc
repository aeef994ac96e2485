// SPDX-License-Identifier: Apache-2.0
// The runtime called by a user without rights, on real containers.
#include <gmock/gmock.h>

#include <cerrno>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

constexpr uid_t kUser = 1000;

class Rootless : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    runtime_program = path("loadline-runtime");  // where the user may read it
    std::filesystem::copy_file(RuntimeProgram(), runtime_program);
    std::filesystem::create_directories(path("root"));
    const std::string user = std::to_string(kUser);
    caller = {"/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups"};
    if (!std::filesystem::exists(caller[0])) GTEST_SKIP() << "needs setpriv";
    if (ReadFile("/proc/sys/user/max_user_namespaces").value_or("0\n") == "0\n")
      GTEST_SKIP() << "users may not make user namespaces here";
    config["linux"]["namespaces"].push_back({{"type", "user"}});
    config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", kUser}, {"size", 1}}};
    config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
    for (Json& mount : config["mounts"]) {
      if (mount["destination"] == "/dev/pts") mount["options"].erase(5);  // gid=5 is not mapped
    }
    Give(path(""));
  }

  // Everything below a directory belongs to the user.
  static void Give(const std::string& directory) {
    ASSERT_EQ(chown(directory.c_str(), kUser, kUser), 0);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
      ASSERT_EQ(lchown(entry.path().c_str(), kUser, kUser), 0);
  }
};

TEST_F(Rootless, AContainerFromCreateToDelete) {
  Args({"ids", "list", "/dev", "write", "/dev/null", "cat", "/proc/self/uid_map", "wait"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(State("a")["status"], "created");
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const Answer joined = Runtime({"exec", "a", "/bin/payload", "ids", "exit", "7"});
  EXPECT_EQ(joined.code, 7) << joined.errors;
  EXPECT_THAT(joined.output, HasSubstr("uid 0 gid 0"));
  EXPECT_EQ(Runtime({"delete", "a"}).code, 1) << "it runs";
  EXPECT_EQ(Runtime({"kill", "a", "KILL"}).code, 0);
  WaitForEnd("a");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  const std::string seen = Output();
  EXPECT_THAT(seen, HasSubstr("uid 0 gid 0 groups umask 0022 pid 1\n"));
  for (const char* device : {"null", "zero", "full", "tty", "random", "urandom", "ptmx"})
    EXPECT_THAT(seen, HasSubstr(device));
  EXPECT_THAT(seen, HasSubstr("write /dev/null: errno 0\n"));
  EXPECT_THAT(seen, HasSubstr("0       1000          1\n"));
}

TEST_F(Rootless, WithoutAUserNamespaceTheErrorSaysSo) {
  config["linux"]["namespaces"].erase(config["linux"]["namespaces"].size() - 1);
  config["linux"].erase("uidMappings");
  config["linux"].erase("gidMappings");
  Args({"ids"});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("a container needs a user namespace"));
}

TEST_F(Rootless, GroupsAreLeftOutUnlessLimitsAreAskedFor) {
  config["linux"]["cgroupsPath"] = "/loadline-rootless-" + std::to_string(getpid());
  config["linux"]["resources"] = {{"devices", {{{"allow", false}, {"access", "rwm"}}}}};
  EXPECT_THAT(RunPayload({"ids"}), HasSubstr("uid 0"));
  config["linux"]["resources"]["pids"] = {{"limit", 17}};
  Args({"ids"});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("a user makes groups only below one that was delegated"));
}

TEST_F(Rootless, AScoreThatCannotBeLoweredIsAWarning) {
  config["process"]["oomScoreAdj"] = -500;
  Args({"cat", "/proc/self/oom_score_adj"});
  const Answer made = Make("run", "a");
  EXPECT_EQ(made.code, 0) << made.errors;
  EXPECT_THAT(made.errors, HasSubstr("warning: process.oomScoreAdj"));
  config["process"]["oomScoreAdj"] = 500;
  EXPECT_EQ(RunPayload({"cat", "/proc/self/oom_score_adj"}), "500\n");
}

TEST_F(Rootless, AProcessOfExecHasItsScore) {
  config["process"]["oomScoreAdj"] = 300;
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const Answer joined = Runtime({"exec", "a", "/bin/payload", "cat", "/proc/self/oom_score_adj"});
  EXPECT_EQ(joined.output, "300\n") << joined.errors;
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

TEST_F(Rootless, OthersIdsThatAreNotGivenAreAnError) {
  config["linux"]["uidMappings"][0]["size"] = 2;
  Args({"ids"});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("id-maps: newuidmap"));
  EXPECT_THAT(refused.errors, HasSubstr("/etc/subuid"));
}

// In a mount namespace where the files of the system give the user some ids.
TEST_F(Rootless, OthersIdsThatAreGivenAreMapped) {
  if (!std::filesystem::exists("/usr/bin/newuidmap")) GTEST_SKIP() << "needs the package uidmap";
  ASSERT_TRUE(WriteFileAtomically(path("subids"), "1000:300000:1000\n").has_value());
  ASSERT_TRUE(
      WriteFileAtomically(path("passwd"), "root:x:0:0::/:/bin/sh\nsailor:x:1000:1000::/:/bin/sh\n")
          .has_value());
  const std::string script = "mount --bind " + path("subids") + " /etc/subuid && mount --bind " +
                             path("subids") + " /etc/subgid && mount --bind " + path("passwd") +
                             " /etc/passwd && exec \"$@\"";
  std::vector<std::string> inside{"/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "sh"};
  caller.insert(caller.begin(), inside.begin(), inside.end());
  for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs " << file;
  }
  for (const char* kind : {"uidMappings", "gidMappings"})
    config["linux"][kind].push_back({{"containerID", 1}, {"hostID", 300000}, {"size", 1000}});
  config["process"]["user"] = {{"uid", 7}, {"gid", 8}, {"additionalGids", {9}}};
  EXPECT_THAT(RunPayload({"ids", "cat", "/proc/self/gid_map"}),
              testing::AllOf(HasSubstr("uid 7 gid 8 groups 9 "), HasSubstr("300000       1000")));
}

TEST_F(Rootless, WithTheCallersNetworkSysIsTheCallers) {
  std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                [](const Json& entry) { return entry["type"] == "network"; });
  EXPECT_THAT(RunPayload({"list", "/sys"}), HasSubstr("kernel"));
}

TEST_F(Rootless, ATimeNamespaceBelongsToTheContainer) {
  config["linux"]["namespaces"].push_back({{"type", "time"}});
  config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 1000000}}}};
  const double host = std::stod(ReadFile("/proc/uptime").value());
  EXPECT_NEAR(std::stod(RunPayload({"cat", "/proc/uptime"})) - host, 1000000, 60);
}

TEST_F(Rootless, OnlyAStartedContainerIsJoined) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const Answer refused = Runtime({"exec", "a", "/bin/payload", "ids"});
  EXPECT_EQ(refused.code, 255);
  EXPECT_THAT(refused.errors, HasSubstr("only a container that was started can be joined"));
}

// Such a caller may not mount its own program read-only.
TEST_F(Rootless, TheProgramThatWaitsIsASealedCopy) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const std::string process = "/proc/" + std::to_string(State("a")["pid"].get<int>());
  const UniqueFd program(open((process + "/exe").c_str(), O_RDONLY));
  ASSERT_TRUE(program);
  const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  EXPECT_EQ(fcntl(program.get(), F_GET_SEALS), seals);
}

TEST_F(Rootless, GroupsOfOthersAreAnErrorWithTheWayOut) {
  config["process"]["user"] = {{"uid", 0}, {"gid", 0}, {"additionalGids", {0}}};
  Args({"ids"});
  EXPECT_THAT(Make("run", "a").errors, HasSubstr("has no say in groups"));
}

TEST_F(Rootless, StateInADirectoryOfSomebodyElseIsRefused) {
  ASSERT_EQ(chown(path("root").c_str(), 0, 0), 0);
  std::filesystem::permissions(path("root"), std::filesystem::perms(0777));
  Args({"ids"});
  EXPECT_THAT(Make("create", "a").errors, HasSubstr("belongs to somebody else"));
}

TEST_F(Rootless, StateIsKeptInTheUsersRuntimeDirectory) {
  std::filesystem::create_directories(path("run"));
  Give(path("run"));
  Args({"wait"});
  ASSERT_TRUE(WriteFileAtomically(path("config.json"), config.dump()).has_value());
  const auto call = [&](const std::vector<std::string>& words) {
    RunOptions options;
    options.spawn.argv = caller;
    options.spawn.argv.push_back(runtime_program);
    options.spawn.argv.insert(options.spawn.argv.end(), words.begin(), words.end());
    options.spawn.environment = {"XDG_RUNTIME_DIR=" + path("run")};
    const auto outcome = RunToEnd(options);
    return outcome.has_value() ? outcome->status.code : -1;
  };
  EXPECT_EQ(call({"create", "--bundle", path(""), "a"}), 0);
  EXPECT_TRUE(std::filesystem::exists(path("run/loadline/a/state.json")));
  EXPECT_EQ(call({"delete", "--force", "a"}), 0);
  EXPECT_FALSE(std::filesystem::exists(path("run/loadline/a")));
}

}  // namespace
}  // namespace loadline::runtime
