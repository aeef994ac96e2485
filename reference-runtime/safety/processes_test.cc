// SPDX-License-Identifier: Apache-2.0
// The process that waits in the container, and the one that exec brings into it: what they hold,
// where they stand, and who may touch them.
#include <sys/mman.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "reference-runtime/safety/hostile.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class RuntimeProcesses : public Hostile {
 protected:
  void Start(const std::string& id) {
    Args({"wait"});
    const Answer created = Make("create", id);
    ASSERT_EQ(created.code, 0) << created.errors;
    ASSERT_EQ(Runtime({"start", id}).code, 0);
  }

  // The payload may trace whatever the kernel lets its user namespace trace.
  void LetTrace() {
    AddUserNamespace();
    Grant("CAP_SYS_PTRACE");
  }

  static std::string SessionOf(const std::string& process) {
    const std::string stat = ReadFile(process + "/stat").value();
    std::string field = stat.substr(stat.rfind(')'));
    for (int i = 0; i < 4; ++i) field = field.substr(field.find(' ') + 1);
    return field.substr(0, field.find(' '));
  }
};

// Beside its streams: sockets, and its own root. All of them end with the exec.
TEST_F(RuntimeProcesses, TheWaitingOneHoldsNothingOfTheHosts) {
  Args({"wait"});
  config["linux"]["cgroupsPath"] = "/loadline/safety-" + std::to_string(getpid());
  const UniqueFd directory(open(path("outside").c_str(), O_RDONLY | O_DIRECTORY));
  const UniqueFd file(open(path("outside/file").c_str(), O_RDWR));
  ASSERT_TRUE(WriteFileAtomically(path("config.json"), config.dump()).has_value());
  ASSERT_EQ(Runtime({"create", "--bundle", path(""), "a"},
                    {{directory.get(), 77}, {file.get(), 3}, {directory.get(), 200}})
                .code,
            0);
  const std::string process = ProcessOf("a");
  struct stat root {};
  ASSERT_EQ(stat((process + "/root").c_str(), &root), 0);
  for (const auto& entry : std::filesystem::directory_iterator(process + "/fd")) {
    const std::string number = entry.path().filename();
    if (std::atoi(number.c_str()) < 3) continue;
    struct stat info {};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    const bool own_root = info.st_dev == root.st_dev && info.st_ino == root.st_ino;
    EXPECT_TRUE(S_ISSOCK(info.st_mode) || own_root)
        << number << " is " << std::filesystem::read_symlink(entry.path());
    const std::string about = ReadFile(process + "/fdinfo/" + number).value();
    const std::string flags = about.substr(about.find("flags:\t") + 7);
    EXPECT_NE(std::stoul(flags, nullptr, 8) & O_CLOEXEC, 0U) << number;
  }
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

// The fourth is that of ls, on what it lists.
TEST_F(RuntimeProcesses, HooksGetTheirThreeStreams) {
  Args({"ids"});
  for (const char* kind : {"createRuntime", "createContainer", "poststart"}) {
    const std::string script = "exec ls /proc/self/fd >" + path(kind);
    config["hooks"][kind] = {
        {{"path", "/bin/sh"}, {"args", {"sh", "-c", script}}, {"env", {"PATH=/bin:/usr/bin"}}}};
  }
  const Answer ran = Make("run", "a");
  ASSERT_EQ(ran.code, 0) << ran.errors;
  for (const char* kind : {"createRuntime", "createContainer", "poststart"})
    EXPECT_EQ(ReadFile(path(kind)).value(), "0\n1\n2\n3\n") << kind;
}

// A pid that was the container's may be somebody else's by now.
TEST_F(RuntimeProcesses, AnotherProcessWithItsPidIsLeftAlone) {
  Start("a");
  const std::string process = ProcessOf("a");
  const std::string file = path("root/a/process.json");
  const std::string text = ReadFile(file).value();
  Json changed = Json::parse(text);
  changed["startTime"] = changed["startTime"].get<uint64_t>() + 1;
  ASSERT_TRUE(WriteFileAtomically(file, changed.dump()).has_value());
  EXPECT_EQ(State("a")["status"], "stopped");
  EXPECT_EQ(Runtime({"kill", "a", "KILL"}).code, 1);
  EXPECT_EQ(Runtime({"exec", "a", "/bin/payload", "ids"}).code, 255);
  EXPECT_TRUE(std::filesystem::exists(process + "/exe"));
  ASSERT_TRUE(WriteFileAtomically(file, text).has_value());
  EXPECT_EQ(State("a")["status"], "running");
}

TEST_F(RuntimeProcesses, ADescriptorIsNoWayOutForExec) {
  Start("a");
  const UniqueFd leaked(open("/", O_RDONLY | O_DIRECTORY));
  for (int number = 3; number < 24; ++number) {
    const Answer answer = Runtime(
        {"exec", "--cwd", "/proc/self/fd/" + std::to_string(number), "a", "/bin/payload", "cwd"},
        {{leaked.get(), 7}, {leaked.get(), 20}});
    EXPECT_EQ(answer.code, 255) << number;
    EXPECT_EQ(answer.output, "") << number;
  }
}

TEST_F(RuntimeProcesses, TheWorkingDirectoryIsInside) {
  Link(path("outside/directory"), "/up");
  Link("../../outside/directory", "/deep/over");
  std::filesystem::create_directories(path("rootfs/outside/directory"));
  for (const char* directory : {"/deep/over", "/../../outside/directory"}) {
    config["process"]["cwd"] = directory;
    EXPECT_EQ(RunPayload({"cwd"}), "cwd /outside/directory\n") << directory;
  }
  Args({"cwd"});
  for (const char* directory : {"/up", "/bin/payload", "/proc/self/root/../..//proc/1/cwd"}) {
    config["process"]["cwd"] = directory;
    EXPECT_EQ(Make("run", "a").code, 1) << directory;
  }
}

TEST_F(RuntimeProcesses, TheRuntimeIsNoProgramOfAContainer) {
  Link("/proc/self/exe", "/bin/link");
  for (const char* program : {"/proc/self/exe", "/bin/link", "/proc/thread-self/exe"}) {
    config["process"]["args"] = {program};
    const Answer refused = Make("create", "a");
    EXPECT_EQ(refused.code, 1) << program;
    EXPECT_THAT(refused.errors, HasSubstr("permission denied")) << program;
  }
  Start("b");
  EXPECT_EQ(Runtime({"exec", "b", "/proc/self/exe", "--version"}).output, "");
}

TEST_F(RuntimeProcesses, TheProgramThatWaitsCannotBeWritten) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const UniqueFd program(open((ProcessOf("a") + "/exe").c_str(), O_RDONLY));
  ASSERT_TRUE(program);
  struct statvfs filesystem {};
  ASSERT_EQ(fstatvfs(program.get(), &filesystem), 0);
  EXPECT_TRUE((filesystem.f_flag & ST_RDONLY) != 0);
}

TEST_F(RuntimeProcesses, TheWaitingOneCannotBeTraced) {
  LetTrace();
  Args({"wait"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  const std::string refused = "trace 1: errno " + std::to_string(EPERM) + "\n";
  const Answer tried = Runtime({"exec", "a", "/bin/payload", "trace"});
  EXPECT_EQ(tried.output, refused) << tried.errors;
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  EXPECT_EQ(Runtime({"exec", "a", "/bin/payload", "trace"}).output, "trace 1: errno 0\n")
      << "the payload itself can be, or the test says nothing";
}

// Its parent is held at the last thing that it does: a connection that nobody accepts.
TEST_F(RuntimeProcesses, TheOneOnItsWayIntoTheContainerCannotBeTraced) {
  LetTrace();
  Start("a");
  const UniqueFd listener = Listen(path("pidfd"), 0);
  const UniqueFd first(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path("pidfd").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(connect(first.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  SpawnOptions options;
  options.argv = {runtime_program, "--root", path("root"),   "exec", "--pidfd-socket",
                  path("pidfd"),   "a",      "/bin/payload", "wait"};
  auto held = ChildProcess::Spawn(options);
  ASSERT_TRUE(held.has_value());
  const std::string number = std::to_string(held->pid());
  const std::string children = "/proc/" + number + "/task/" + number + "/children";
  const Deadline deadline = Deadline::After(std::chrono::seconds(20));
  const auto is_there = [&] {
    const std::string child = ReadFile(children).value();
    if (child.empty()) return false;
    const std::string names = "/proc/" + child.substr(0, child.size() - 1) + "/ns/pid";
    std::error_code problem;
    return std::filesystem::read_symlink(names, problem) ==
           std::filesystem::read_symlink(ProcessOf("a") + "/ns/pid");
  };
  while (!is_there() && !deadline.Passed()) sched_yield();
  const std::string seen = Runtime({"exec", "a", "/bin/payload", "trace"}).output;
  EXPECT_THAT(seen, HasSubstr("trace another: errno " + std::to_string(EPERM) + "\n"));
  EXPECT_THAT(seen, Not(HasSubstr("trace another: errno 0\n")));
  EXPECT_THAT(seen, HasSubstr("trace 1: errno 0\n"));
}

// A container that joins another's processes is seen by them while its own root is still the
// host's: a hook of that moment lets them try.
TEST_F(RuntimeProcesses, TheOneThatIsMadeAmongOthersCannotBeTraced) {
  LetTrace();
  Start("a");
  const std::string names = ProcessOf("a") + "/ns/";
  for (Json& entry : config["linux"]["namespaces"]) {
    if (entry["type"] == "user" || entry["type"] == "pid")
      entry["path"] = names + entry["type"].get<std::string>();
  }
  config["linux"].erase("uidMappings");
  config["linux"].erase("gidMappings");
  const std::string script = runtime_program + " --root " + path("root") +
                             " exec a /bin/payload trace >" + path("traced") + " 2>&1";
  config["hooks"]["createRuntime"] = {{{"path", "/bin/sh"}, {"args", {"sh", "-c", script}}}};
  const Answer created = Make("create", "b");
  ASSERT_EQ(created.code, 0) << created.errors;
  const std::string seen = ReadFile(path("traced")).value();
  EXPECT_THAT(seen, HasSubstr("trace another: errno " + std::to_string(EPERM) + "\n"));
  EXPECT_THAT(seen, Not(HasSubstr("trace another: errno 0\n")));
}

// A terminal of the caller must be nobody's controlling terminal inside.
TEST_F(RuntimeProcesses, EachHasASessionOfItsOwn) {
  Args({"session", "wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const std::string process = ProcessOf("a");
  EXPECT_EQ("/proc/" + SessionOf(process), process);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  ASSERT_EQ(
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"}).code,
      0);
  const std::string pid = ReadFile(path("pid")).value();
  EXPECT_EQ(SessionOf("/proc/" + pid), pid);
}

TEST_F(RuntimeProcesses, OfTheCallersEnvironmentNothingIsPassed) {
  caller = {"/usr/bin/env", "LOADLINE_SECRET=1", "PATH=/secret"};
  config["process"]["env"] = {"PATH=/bin"};
  config["hooks"]["createRuntime"] = {
      {{"path", "/bin/sh"},
       {"args", {"sh", "-c", "cat /proc/$$/environ >" + path("hook")}},
       {"env", {"PATH=/bin:/usr/bin", "OWN=1"}}}};
  Args({"environment", "wait"});
  const Answer ran = Make("run", "a", {"--detach"});
  ASSERT_EQ(ran.code, 0) << ran.errors;
  const std::string joined = Runtime({"exec", "a", "/bin/payload", "environment"}).output;
  EXPECT_EQ(joined, "PATH=/bin\nHOME=/\n");
  EXPECT_THAT(Output(), Not(HasSubstr("ecret")));
  EXPECT_EQ(ReadFile(path("hook")).value(), std::string("PATH=/bin:/usr/bin\0OWN=1\0", 25));
}

}  // namespace
}  // namespace loadline::runtime
