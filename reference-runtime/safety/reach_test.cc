// SPDX-License-Identifier: Apache-2.0
// How far a container reaches: the kernel's parameters, control groups, sockets, shared memory and
// mounts of the host.
#include <sys/shm.h>

#include <cerrno>

#include "reference-runtime/safety/hostile.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reach : public Hostile {};

// The image's files that look like the kernel's take no values, wherever procfs is mounted.
TEST_F(Reach, SysctlsGoToTheKernelAndNotToTheImage) {
  LeaveOutMounts("/proc");
  Write("/proc/sys/kernel/shmmni", "of the image\n");
  Write("/proc/sys/net/ipv4/ip_forward", "of the image\n");
  Mount("/kernel", "proc", "proc", {});
  config["linux"]["sysctl"] = {{"kernel.shmmni", "128"}, {"net/ipv4/ip_forward", "1"}};
  const std::string host = ReadFile("/proc/sys/kernel/shmmni").value();
  EXPECT_EQ(
      RunPayload({"cat", "/kernel/sys/kernel/shmmni", "cat", "/kernel/sys/net/ipv4/ip_forward"}),
      "128\n1\n");
  EXPECT_EQ(ReadFile("/proc/sys/kernel/shmmni").value(), host);
  for (const char* file : {"rootfs/proc/sys/kernel/shmmni", "rootfs/proc/sys/net/ipv4/ip_forward"})
    EXPECT_EQ(ReadFile(path(file)).value(), "of the image\n");
}

// With the values that the host has, so that it would not matter if one were written.
TEST_F(Reach, SysctlsOfTheHostAreRefused) {
  const auto value = [](const std::string& file) {
    std::string text = ReadFile("/proc/sys/" + file).value();
    return text.substr(0, text.find('\n'));
  };
  Args({"ids"});
  for (const auto& [key, file] : std::initializer_list<std::pair<std::string, std::string>>{
           {"kernel.core_pattern", "kernel/core_pattern"},
           {"vm.swappiness", "vm/swappiness"},
           {"kernel/panic", "kernel/panic"},
           {"net/../vm/swappiness", "vm/swappiness"},
           {"net//../vm/swappiness", "vm/swappiness"},
           {"kernel/msgmax/../../vm/swappiness", "vm/swappiness"}}) {
    config["linux"]["sysctl"] = {{key, value(file)}};
    const Answer refused = Make("create", "a");
    EXPECT_EQ(refused.code, 1) << key;
    EXPECT_THAT(refused.errors, HasSubstr("the sysctl")) << key;
  }
}

TEST_F(Reach, SysctlsNeedTheirNamespace) {
  Args({"ids"});
  const Json namespaces = config["linux"]["namespaces"];
  const std::string value = ReadFile("/proc/sys/kernel/shmmni").value();
  const std::string forward = ReadFile("/proc/sys/net/ipv4/ip_forward").value();
  for (const auto& [type, key, text] : {std::tuple{"ipc", "kernel.shmmni", value},
                                        std::tuple{"network", "net.ipv4.ip_forward", forward}}) {
    config["linux"]["namespaces"] = namespaces;
    config["linux"]["sysctl"] = {{key, text.substr(0, text.find('\n'))}};
    EXPECT_EQ(Make("run", "a").code, 0) << key;
    LeaveOutNamespace(type);
    EXPECT_EQ(Make("run", "a").code, 1) << key;
  }
}

TEST_F(Reach, AbstractSocketsOfTheHostAreNotReached) {
  const std::string name = "loadline-safety-" + std::to_string(getpid());
  const UniqueFd listener = Listen("@" + name, 8);
  EXPECT_EQ(RunPayload({"connect", name}), "connect: errno " + std::to_string(ECONNREFUSED) + "\n");
  LeaveOutNamespace("network");
  EXPECT_EQ(RunPayload({"connect", name}), "connect: errno 0\n") << "the caller's network";
}

TEST_F(Reach, SharedMemoryOfTheHostIsNotReached) {
  const int key = 0x4c4f0000 | (getpid() & 0xffff);
  const int id = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600);
  ASSERT_GE(id, 0);
  const std::string words = std::to_string(key);
  const std::string own = RunPayload({"shared-memory", words});
  LeaveOutNamespace("ipc");
  LeaveOutMounts("/dev/mqueue");
  const std::string callers = RunPayload({"shared-memory", words});
  shmctl(id, IPC_RMID, nullptr);
  EXPECT_EQ(own, "shared memory: errno " + std::to_string(ENOENT) + "\n");
  EXPECT_EQ(callers, "shared memory: errno 0\n");
}

TEST_F(Reach, ProcessesOfTheHostAreNotSeen) {
  const std::string seen = RunPayload({"cat", "/proc/1/cmdline", "list", "/proc"});
  EXPECT_THAT(seen, testing::StartsWith("/bin/payload"));
  EXPECT_THAT(" " + seen.substr(seen.rfind('\0') + 1),
              Not(testing::ContainsRegex(" [2-9][0-9]* | 1[0-9]+ ")));
}

TEST_F(Reach, ExecReachesNoFurther) {
  const std::string name = "loadline-safety-" + std::to_string(getpid());
  const UniqueFd listener = Listen("@" + name, 8);
  const int id = shmget(0x4c4f0001, 4096, IPC_CREAT | 0600);
  ASSERT_GE(id, 0);
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  const std::string seen =
      Runtime({"exec", "a", "/bin/payload", "connect", name, "shared-memory",
               std::to_string(0x4c4f0001), "names", "cat", path("outside/file")})
          .output;
  shmctl(id, IPC_RMID, nullptr);
  EXPECT_EQ(seen, "connect: errno " + std::to_string(ECONNREFUSED) + "\nshared memory: errno " +
                      std::to_string(ENOENT) + "\nhostname loadline domainname (none)\n" +
                      path("outside/file") + ": errno 2\n");
}

// Containers of one user namespace have one root, whose keyrings the kernel joins by their names.
TEST_F(Reach, TheKeysOfANeighbourAreNotReached) {
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  const auto exec = [&](const std::string& id, const std::vector<std::string>& words) {
    std::vector<std::string> arguments{"exec", id, "/bin/payload"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return Runtime(arguments).output;
  };
  if (exec("a", {"add-key", "tea"}) != "add-key: errno 0\n") GTEST_SKIP() << "no keys here";
  EXPECT_EQ(exec("a", {"find-key", "tea"}), "find-key: errno 0\n") << "by its own processes";
  const std::string none = "find-key: errno " + std::to_string(ENOKEY) + "\n";
  EXPECT_EQ(RunPayload({"join-keyring", "_ses.a", "find-key", "tea"}),
            "join-keyring: errno 0\n" + none);
  Args({"join-keyring", "_ses.c", "add-key", "bait", "wait"});
  ASSERT_EQ(Make("run", "b", {"--detach"}).code, 0);
  Args({"wait"});
  ASSERT_EQ(Make("run", "c", {"--detach"}).code, 0);
  EXPECT_EQ(exec("c", {"find-key", "bait"}), none) << "one that waited there";
  EXPECT_THAT(exec("a", {"keyring"}), HasSubstr(";3f080000;_ses.a."));
}

// The kernel gives whoever makes a user namespace a procfs when one without masks is in its reach.
TEST_F(Reach, NoProcWithoutItsMasksCanBeMounted) {
  if (ReadFile("/proc/sys/user/max_user_namespaces").value_or("0\n") == "0\n")
    GTEST_SKIP() << "nobody may make user namespaces here";
  std::filesystem::create_directories(path("rootfs/place"));
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{}, {"--no-pivot"}}) {
    Args({"mount-proc", "/place"});
    const Answer ran = Make("run", "a", options);
    EXPECT_EQ(ran.code, 0) << ran.errors;
    EXPECT_EQ(Output(), "mount: errno " + std::to_string(EPERM) + "\n");
  }
  config["linux"].erase("maskedPaths");
  config["linux"].erase("readonlyPaths");
  EXPECT_EQ(RunPayload({"mount-proc", "/place"}), "mount: errno 0\n") << "or the test says nothing";
}

class ReachGroups : public Reach {
 protected:
  void SetUp() override {
    Reach::SetUp();
    if (IsSkipped()) return;
    if (GroupsOf("pids").empty()) GTEST_SKIP() << "this host has no controller for pids";
    name_ = "safety-" + std::to_string(getpid());
    config["linux"]["cgroupsPath"] = "/loadline/" + name_;
    config["linux"]["resources"]["pids"] = {{"limit", 20}};
  }

  std::string name_;
};

TEST_F(ReachGroups, ReadOnlyGroupsAreSoToTheLastHierarchy) {
  for (const bool own_namespace : {true, false}) {
    if (!own_namespace) LeaveOutNamespace("cgroup");
    Mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "ro"});
    const std::string table = RunPayload({"cat", "/proc/self/mountinfo"});
    size_t count = 0;
    for (size_t at = table.find(" /sys/fs/cgroup"); at != std::string::npos;
         at = table.find(" /sys/fs/cgroup", at + 1)) {
      const size_t options = table.find(' ', at + 1) + 1;
      EXPECT_EQ(table.substr(options, 3), "ro,") << table.substr(at, 60);
      ++count;
    }
    EXPECT_GE(count, 1U);
    config["mounts"].erase(config["mounts"].size() - 1);
  }
}

TEST_F(ReachGroups, ItsOwnGroupIsTheTopOfWhatItSees) {
  const std::string seen = RunPayload({"cat", "/proc/self/cgroup"});
  EXPECT_THAT(seen, Not(HasSubstr(name_)));
  EXPECT_THAT(seen, HasSubstr(":/\n"));
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "cat", "/proc/self/cgroup"}).output,
              Not(HasSubstr(name_)));
}

// The path is the caller's, who may get it from somebody else: it never leaves the hierarchy.
TEST_F(ReachGroups, NoPathLeadsOutOfTheHierarchy) {
  config["linux"]["cgroupsPath"] = "/../../../loadline/x/../" + name_;
  Args({"wait"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_TRUE(std::filesystem::exists(GroupsOf("pids") + "loadline/" + name_));
  const std::string membership = ReadFile(ProcessOf("a") + "/cgroup").value();
  EXPECT_THAT(membership, HasSubstr(":/loadline/" + name_ + "\n"));
  EXPECT_THAT(membership, Not(HasSubstr("..")));
}

class ReachMounts : public Reach {
 protected:
  // A mount namespace whose mounts tell those that were copied from them.
  void SetUp() override {
    Reach::SetUp();
    if (IsSkipped()) return;
    SpawnOptions options;
    options.argv = {"/usr/bin/unshare",
                    "-m",
                    "--propagation",
                    "private",
                    "/bin/sh",
                    "-c",
                    "mount --make-rshared / && echo ready && exec sleep 60"};
    const UniqueFd ready(open(path("ready").c_str(), O_WRONLY | O_CREAT, 0644));
    options.standard_output = ready.get();
    auto spawned = ChildProcess::Spawn(options);
    if (!spawned.has_value()) GTEST_SKIP() << "needs unshare";
    holder_.emplace(std::move(*spawned));
    const Deadline deadline = Deadline::After(std::chrono::seconds(20));
    while (ReadFile(path("ready")).value().empty() && !deadline.Passed()) sched_yield();
    table_ = "/proc/" + std::to_string(holder_->pid()) + "/mountinfo";
    caller = {"/usr/bin/nsenter", "--mount=/proc/" + std::to_string(holder_->pid()) + "/ns/mnt"};
  }

  std::optional<ChildProcess> holder_;
  std::string table_;
};

TEST_F(ReachMounts, NothingThatIsMountedInsideIsSeenOutside) {
  const std::string before = ReadFile(table_).value();
  ASSERT_THAT(before, HasSubstr(" shared:"));
  for (const char* propagation : {"", "private", "rslave"}) {
    if (*propagation != '\0') config["linux"]["rootfsPropagation"] = propagation;
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{}, {"--no-pivot"}}) {
      Args({"wait"});
      const Answer created = Make("create", "a", options);
      EXPECT_EQ(created.code, 0) << created.errors;
      EXPECT_EQ(ReadFile(table_).value(), before) << propagation;
      Runtime({"delete", "--force", "a"});
    }
  }
}

// What engines ask for when a volume is to be shared both ways, and nothing less.
TEST_F(ReachMounts, OnlyWhatIsToBeSharedIsSharedWithTheCaller) {
  const std::string callers = ReadFile(table_).value();
  config["mounts"].push_back({{"destination", "/volume"},
                              {"type", "none"},
                              {"source", path("outside")},
                              {"options", {"rbind", "rshared"}}});
  for (const char* propagation : {"shared", "private"}) {
    config["linux"]["rootfsPropagation"] = propagation;
    Args({"cat", "/proc/self/mountinfo"});
    ASSERT_EQ(Make("run", "a").code, 0);
    const std::string seen = Output();
    const size_t line = seen.rfind(" /volume ");
    const size_t tag = seen.find(" shared:", line);
    ASSERT_NE(tag, std::string::npos) << seen;
    const std::string group = seen.substr(tag, seen.find(' ', tag + 1) + 1 - tag);
    EXPECT_EQ(callers.find(group) != std::string::npos, propagation == std::string("shared"))
        << group << "with " << propagation;
    Runtime({"delete", "--force", "a"});
  }
}

TEST_F(ReachMounts, OfTheCallersMountsNothingIsLeftInside) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{}, {"--no-pivot"}}) {
    Args({"cat", "/proc/self/mountinfo", "list", "/..", "cat", path("outside/file")});
    EXPECT_EQ(Make("run", "a", options).code, 0);
    const std::string seen = Output();
    EXPECT_THAT(seen, Not(HasSubstr(" / / "))) << "the host's root";
    EXPECT_THAT(seen, HasSubstr("/rootfs / "));
    EXPECT_THAT(seen, HasSubstr("outside/file: errno 2\n"));
  }
}

}  // namespace
}  // namespace loadline::runtime
