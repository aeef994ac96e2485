// SPDX-License-Identifier: Apache-2.0
// create, start, state, kill, delete, run and list, on real containers.
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>

#include <cerrno>

#include "reference-runtime/container.h"
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

class Lifecycle : public Bundle {};

TEST_F(Lifecycle, CreateWaitsAndStartRuns) {
  Args({"names"});
  const Answer created = Make("create", "a", {"--pid-file", path("pid")});
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(Output(), "");
  const Json state = State("a");
  EXPECT_EQ(state["status"], "created");
  EXPECT_EQ(state["bundle"], std::filesystem::canonical(path("")).string());
  EXPECT_EQ(ReadFile(path("pid")).value(), std::to_string(state["pid"].get<int>()));

  const Answer started = Runtime({"start", "a"});
  EXPECT_EQ(started.code, 0) << started.errors;
  WaitForEnd("a");
  EXPECT_EQ(Output(), "hostname loadline domainname (none)\n");
  EXPECT_EQ(State("a")["status"], "stopped");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  EXPECT_EQ(State("a")["status"], "none");
}

// containerd starts a container when nobody holds the streams of `create` any more.
TEST_F(Lifecycle, AWaitingContainerHoldsItsTerminalAndNotTheCallersStreams) {
  const UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path("console").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  Args({"wait"});
  config["process"]["terminal"] = true;
  const Answer created = Make("create", "a", {"--console-socket", path("console")});
  ASSERT_EQ(created.code, 0) << created.errors;
  const std::string process = "/proc/" + std::to_string(State("a")["pid"].get<int>());
  for (const char* name : {"/fd/0", "/fd/1", "/fd/2"})
    EXPECT_EQ(std::filesystem::read_symlink(process + name), "/dev/pts/0") << name;
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

TEST_F(Lifecycle, AProgramThatIsNotThereIsToldInRuncsWords) {
  const std::pair<const char*, const char*> rows[] = {
      {"missing", R"(exec: "missing": executable file not found in $PATH)"},
      {"/bin/missing", R"(exec: "/bin/missing": no such file or directory)"},
      {"/bin", R"(exec: "/bin": permission denied)"},
  };
  for (const auto& [name, words] : rows) {
    config["process"]["args"] = {name};
    EXPECT_THAT(Make("run", "a").errors, testing::HasSubstr(words));
  }
}

// containerd deletes such a container at once, and keeps it for ever when that is refused.
TEST_F(Lifecycle, AContainerWhoseStartFailedHasStopped) {
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/bin/cargo"), "tea").has_value());
  std::filesystem::permissions(path("rootfs/bin/cargo"), std::filesystem::perms(0755));
  config["process"]["args"] = {"/bin/cargo"};
  for (int i = 0; i < 5; ++i) {
    const std::string id = "a" + std::to_string(i);
    ASSERT_EQ(Make("create", id).code, 0);
    EXPECT_THAT(Runtime({"start", id}).errors, testing::HasSubstr("exec format error"));
    const Answer deleted = Runtime({"delete", id});
    EXPECT_EQ(deleted.code, 0) << deleted.errors;
  }
}

TEST_F(Lifecycle, RunReturnsTheExitStatus) {
  Args({"names", "exit", "7"});
  EXPECT_EQ(Make("run", "a").code, 7);
  EXPECT_EQ(Output(), "hostname loadline domainname (none)\n");
}

TEST_F(Lifecycle, AContainerThatIsNotStoppedIsNotDeleted) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  EXPECT_EQ(Runtime({"delete", "a"}).code, 1);
  EXPECT_EQ(State("a")["status"], "created");
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  EXPECT_EQ(Runtime({"delete", "a"}).code, 1);
  EXPECT_EQ(State("a")["status"], "running");
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
  EXPECT_EQ(State("a")["status"], "none");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 1);
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

// Once nobody knows a container any more, an error must not leave its directory.
TEST_F(Lifecycle, WhatCannotBeRemovedInOneWayIsRemovedInAnother) {
  const std::string saved = path("saved");
  std::filesystem::create_directories(saved + "/config.json/in the way");
  EXPECT_TRUE(RemoveSaved(saved, true).has_value());
  EXPECT_FALSE(std::filesystem::exists(saved));
}

TEST_F(Lifecycle, OnlyACreatedContainerIsStarted) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const Answer second = Runtime({"start", "a"});
  EXPECT_EQ(second.code, 1);
  EXPECT_NE(second.errors.find("is running, not created"), std::string::npos) << second.errors;
  EXPECT_EQ(State("a")["status"], "running");
  EXPECT_EQ(Runtime({"start", "nobody"}).code, 1);
}

TEST_F(Lifecycle, SignalsByNameAndByNumber) {
  for (const std::string signal : {"TERM", "SIGTERM", "15"}) {
    Args({"wait"});
    ASSERT_EQ(Make("create", "a").code, 0);
    EXPECT_EQ(Runtime({"kill", "a", "0"}).code, 0);
    EXPECT_EQ(Runtime({"kill", "a", "NOTHING"}).code, 1);
    ASSERT_EQ(Runtime({"kill", "a", "KILL"}).code, 0);  // one that only waits
    WaitForEnd("a");
    EXPECT_EQ(Runtime({"kill", "a", signal}).code, 1);  // stopped
    EXPECT_EQ(Runtime({"kill", "--all", "a", signal}).code, 0);
    EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  }
}

TEST_F(Lifecycle, WhatIsPausedCanBeKilled) {
  if (GroupsOf("freezer").empty()) GTEST_SKIP() << "this host has no freezer";
  config["linux"]["cgroupsPath"] = "/loadline/paused-" + std::to_string(getpid());
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  EXPECT_EQ(Runtime({"pause", "a"}).code, 1);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  ASSERT_EQ(Runtime({"pause", "a"}).code, 0);
  EXPECT_EQ(State("a")["status"], "paused");
  EXPECT_EQ(Runtime({"pause", "a"}).code, 1);
  EXPECT_EQ(Runtime({"kill", "--all", "a", "KILL"}).code, 0);
  WaitForEnd("a");
  EXPECT_EQ(State("a")["status"], "stopped");
  EXPECT_EQ(Runtime({"resume", "a"}).code, 1);
}

TEST_F(Lifecycle, AFrozenGroupIsNotEntered) {
  if (GroupsOf("freezer").empty()) GTEST_SKIP() << "this host has no freezer";
  const std::string name = "/loadline/frozen-" + std::to_string(getpid());
  const std::string group = GroupsOf("freezer") + name;
  std::filesystem::create_directories(group);
  ASSERT_TRUE(WriteExisting(group + "/freezer.state", "FROZEN").has_value());
  config["linux"]["cgroupsPath"] = name;
  EXPECT_THAT(Make("create", "a").errors, testing::HasSubstr("is frozen"));
  EXPECT_TRUE(std::filesystem::exists(group)) << "it is not the container's";
  ASSERT_TRUE(WriteExisting(group + "/freezer.state", "THAWED").has_value());
  std::filesystem::remove(group);
}

TEST_F(Lifecycle, AnIdIsTakenOnce) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const Json before = State("a");
  EXPECT_EQ(Make("create", "a").code, 1);
  EXPECT_EQ(State("a"), before);
}

TEST_F(Lifecycle, WhatIsNoIdIsRefused) {
  Args({"ids"});
  for (const std::string id : {"", "..", ".", "a/b", "../a", "a b", "\xff"}) {
    EXPECT_EQ(Make("create", id).code, 1) << id;
  }
}

TEST_F(Lifecycle, AFailedCreateLeavesNothing) {
  config["process"]["args"] = {"/bin/missing"};
  const Answer created = Make("create", "a", {"--pid-file", path("pid")});
  EXPECT_EQ(created.code, 1);
  EXPECT_NE(created.errors.find(R"(exec: "/bin/missing": no such file or directory)"),
            std::string::npos)
      << created.errors;
  EXPECT_TRUE(std::filesystem::is_empty(path("root")));
  EXPECT_FALSE(std::filesystem::exists(path("pid")));
}

TEST_F(Lifecycle, EditsAfterCreateAreIgnored) {
  Args({"names"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_TRUE(WriteFileAtomically(path("config.json"), "{}").has_value());
  const Answer started = Runtime({"start", "a"});
  EXPECT_EQ(started.code, 0) << started.errors;
  WaitForEnd("a");
  EXPECT_EQ(Output(), "hostname loadline domainname (none)\n");
}

TEST_F(Lifecycle, AContainerWithoutAProcessCannotBeStarted) {
  config.erase("process");
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(Runtime({"start", "a"}).code, 1);
  EXPECT_EQ(State("a")["status"], "created");
}

TEST_F(Lifecycle, TheRuntimeCannotBeOverwrittenFromAContainer) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const std::string program = "/proc/" + std::to_string(State("a")["pid"].get<int>()) + "/exe";
  const UniqueFd writable(open(program.c_str(), O_WRONLY));
  EXPECT_FALSE(writable);
  struct statvfs filesystem {};
  const UniqueFd readable(open(program.c_str(), O_RDONLY));
  ASSERT_TRUE(readable);
  ASSERT_EQ(fstatvfs(readable.get(), &filesystem), 0);
  const bool sealed = fcntl(readable.get(), F_GET_SEALS) > 0;
  EXPECT_TRUE(sealed || (filesystem.f_flag & ST_RDONLY) != 0);
}

TEST_F(Lifecycle, LeakedDescriptorsDoNotReachTheContainer) {
  Args({"wait"});
  const UniqueFd leaked(open("/", O_RDONLY | O_DIRECTORY));
  ASSERT_TRUE(WriteFileAtomically(path("config.json"), config.dump()).has_value());
  ASSERT_EQ(Runtime({"create", "--bundle", path(""), "a"}, {{leaked.get(), 77}}).code, 0);
  const std::string descriptors = "/proc/" + std::to_string(State("a")["pid"].get<int>()) + "/fd";
  EXPECT_FALSE(std::filesystem::is_symlink(descriptors + "/77"));
  EXPECT_TRUE(std::filesystem::is_symlink(descriptors + "/1"));
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

TEST_F(Lifecycle, ListShowsEveryContainer) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "one").code, 0);
  ASSERT_EQ(Make("create", "two").code, 0);
  EXPECT_EQ(Runtime({"list", "--quiet"}).output, "one\ntwo\n");
  const Json list = Json::parse(Runtime({"list", "--format", "json"}).output);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1]["id"], "two");
  EXPECT_EQ(list[1]["status"], "created");
}

TEST_F(Lifecycle, ErrorsAreJsonLinesInTheLog) {
  const std::string log = path("log");
  EXPECT_EQ(Runtime({"--log", log, "--log-format", "json", "state", "nobody"}).code, 1);
  const Json line = Json::parse(ReadFile(log).value());
  EXPECT_EQ(line["level"], "error");
  EXPECT_NE(line["msg"].get<std::string>().find("does not exist"), std::string::npos);
  EXPECT_TRUE(line.contains("time"));
}

}  // namespace
}  // namespace loadline::runtime
