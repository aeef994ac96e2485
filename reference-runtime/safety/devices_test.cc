// SPDX-License-Identifier: Apache-2.0
// What an image can have at /dev, and which devices a container may use.
#include <sys/sysmacros.h>

#include <cerrno>

#include "reference-runtime/safety/hostile.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class HostileDevices : public Hostile {
 protected:
  // The devices are made in the image's own /dev.
  void SetUp() override {
    Hostile::SetUp();
    if (IsSkipped()) return;
    LeaveOutMounts("/dev");
    Args({"ids"});
  }

  std::string KindOf(const std::string& file) const {
    struct stat info {};
    if (lstat(path("rootfs" + file).c_str(), &info) != 0) return "nothing";
    if (!S_ISCHR(info.st_mode)) return "no device";
    return std::to_string(major(info.st_rdev)) + ":" + std::to_string(minor(info.st_rdev));
  }
};

// Neither on the host nor in what the caller has bound for another purpose.
TEST_F(HostileDevices, NoneIsMadeWhereALinkLeads) {
  Bind(path("outside/directory"), "/volume");
  std::filesystem::create_directories(path("rootfs" + path("outside/directory")));
  std::filesystem::create_directories(path("rootfs/inside"));
  const Json mounts = config["mounts"];
  for (const std::string& target :
       {path("outside/directory"), std::string("../outside/directory"), std::string("/volume"),
        std::string("inside"), std::string("/nowhere"), std::string("/dev")}) {
    Link(target, "/dev");
    EXPECT_EQ(Make("run", "a").code, 1) << target;
    Mount("/dev", "tmpfs", "tmpfs", {});
    EXPECT_EQ(Make("run", "a").code, 1) << target << ", under a mount";
    config["mounts"] = mounts;
  }
  std::filesystem::remove(path("rootfs/dev"));
  EXPECT_EQ(Make("run", "a").code, 0);
  EXPECT_EQ(KindOf("/dev/null"), "1:3");
  EXPECT_EQ(KindOf("/dev/tty"), "5:0");
}

TEST_F(HostileDevices, WhatIsNoDirectoryIsAnError) {
  Write("/dev", "x");
  EXPECT_EQ(Make("run", "a").code, 1) << "a file";
  std::filesystem::remove(path("rootfs/dev"));
  ASSERT_EQ(mkfifo(path("rootfs/dev").c_str(), 0644), 0);
  EXPECT_EQ(Make("run", "a").code, 1) << "a pipe";
}

// Going on with such a file would open it to everybody, or show it through every mask.
TEST_F(HostileDevices, AnotherFileInADevicesPlaceIsAnError) {
  for (const std::string name : {"/dev/null", "/dev/zero", "/dev/urandom", "/dev/tty"}) {
    Link(path("outside/file"), name);
    EXPECT_EQ(Make("run", "a").code, 1) << name << ", a link";
    Link("../../outside/file", name);
    EXPECT_EQ(Make("run", "a").code, 1) << name << ", a link upwards";
    std::filesystem::remove(path("rootfs" + name));
    Write(name, "x");
    EXPECT_EQ(Make("run", "a").code, 1) << name << ", a file";
    std::filesystem::remove(path("rootfs" + name));
    ASSERT_EQ(mkfifo(path("rootfs" + name).c_str(), 0644), 0);
    EXPECT_EQ(Make("run", "a").code, 1) << name << ", a pipe";
    std::filesystem::remove(path("rootfs" + name));
    ASSERT_EQ(mknod(path("rootfs" + name).c_str(), S_IFCHR | 0600, makedev(1, 4)), 0);
    EXPECT_EQ(Make("run", "a").code, 1) << name << ", another device";
    std::filesystem::remove(path("rootfs" + name));
  }
}

TEST_F(HostileDevices, ARequestedDeviceIsMadeInside) {
  Link(path("outside/directory"), "/up");
  std::filesystem::create_directories(path("rootfs" + path("outside/directory")));
  config["linux"]["devices"] = {
      {{"path", "/up/zero"}, {"type", "c"}, {"major", 1}, {"minor", 5}},
      {{"path", "/up/below/zero"}, {"type", "c"}, {"major", 1}, {"minor", 5}}};
  EXPECT_EQ(Make("run", "a").code, 0);
  EXPECT_EQ(KindOf(path("outside/directory") + "/below/zero"), "1:5");
}

TEST_F(HostileDevices, TheConsoleIsBoundOverNoLink) {
  const UniqueFd listener = Listen(path("console"), 8);
  Mount("/dev/pts", "devpts", "devpts", {"newinstance", "ptmxmode=0666", "mode=0620"});
  config["process"]["terminal"] = true;
  Write("/etc/victim", "x");
  for (const char* target : {"/etc/victim", "/etc/new", "null", "/bin/payload"}) {
    Link(target, "/dev/console");
    EXPECT_EQ(Make("create", "a", {"--console-socket", path("console")}).code, 1) << target;
  }
  EXPECT_FALSE(std::filesystem::exists(path("rootfs/etc/new")));
}

// Whoever opened it would wait for a writer.
TEST_F(HostileDevices, TheConsoleIsBoundOverAPipeOrFile) {
  const UniqueFd listener = Listen(path("console"), 8);
  Mount("/dev/pts", "devpts", "devpts", {"newinstance", "ptmxmode=0666", "mode=0620"});
  config["process"]["terminal"] = true;
  Args({"wait"});
  std::filesystem::create_directories(path("rootfs/dev"));
  ASSERT_EQ(mkfifo(path("rootfs/dev/console").c_str(), 0644), 0);
  const Answer created = Make("create", "a", {"--console-socket", path("console")});
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_THAT(ReadFile(ProcessOf("a") + "/mountinfo").value(), HasSubstr(" /dev/console "));
}

// A terminal that is no terminal of the container's own devpts is none.
TEST_F(HostileDevices, AFalseMultiplexerGivesNoTerminal) {
  const UniqueFd listener = Listen(path("console"), 8);
  config["process"]["terminal"] = true;
  std::filesystem::create_directories(path("rootfs/dev/pts"));
  Link("/dev/null", "/dev/pts/ptmx");
  EXPECT_EQ(Make("create", "a", {"--console-socket", path("console")}).code, 1);
  std::filesystem::remove(path("rootfs/dev/pts/ptmx"));
  ASSERT_EQ(mkfifo(path("rootfs/dev/pts/ptmx").c_str(), 0644), 0);
  EXPECT_EQ(Make("create", "a", {"--console-socket", path("console")}).code, 1);
}

class DevicePolicy : public Hostile {
 protected:
  void SetUp() override {
    Hostile::SetUp();
    if (IsSkipped()) return;
    if (GroupsOf("devices").empty()) GTEST_SKIP() << "this host has no devices controller";
    config["linux"]["cgroupsPath"] = "/loadline/safety-" + std::to_string(getpid());
    config["linux"]["resources"]["devices"] = {{{"allow", false}, {"access", "rwm"}}};
    config["root"]["readonly"] = false;
    Grant("CAP_MKNOD");
  }
};

// Number 240 is for experiments: nothing answers there.
TEST_F(DevicePolicy, WhatIsNotAllowedIsNeitherMadeNorOpened) {
  const std::string refused = "errno " + std::to_string(EPERM);
  EXPECT_EQ(RunPayload({"device", "/node", "240", "0"}), "make: " + refused + "\nopen: errno 2\n");
  ASSERT_EQ(mknod(path("rootfs/node").c_str(), S_IFCHR | 0666, makedev(240, 0)), 0);
  EXPECT_THAT(RunPayload({"device", "/node", "240", "0"}), HasSubstr("open: " + refused));
  EXPECT_THAT(RunPayload({"write", "/dev/null"}), HasSubstr("errno 0"));
  config["linux"]["resources"]["devices"].push_back(
      {{"allow", true}, {"type", "c"}, {"major", 240}, {"minor", 0}, {"access", "r"}});
  EXPECT_THAT(RunPayload({"device", "/node", "240", "0"}),
              HasSubstr("open: errno " + std::to_string(ENXIO)));
}

TEST_F(DevicePolicy, WithoutTheCapabilityNoNodeIsMade) {
  config["linux"]["resources"]["devices"][0]["allow"] = true;
  config["process"]["capabilities"]["effective"].erase(3);
  config["process"]["capabilities"]["permitted"].erase(3);
  EXPECT_THAT(RunPayload({"device", "/node", "240", "0"}),
              HasSubstr("make: errno " + std::to_string(EPERM)));
}

TEST_F(DevicePolicy, AnUpdateOfSomethingElseKeepsIt) {
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  ASSERT_EQ(Runtime({"update", "--pids-limit", "20", "a"}).code, 0);
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "device", "/node", "240", "0"}).output,
              HasSubstr("make: errno " + std::to_string(EPERM)));
}

}  // namespace
}  // namespace loadline::runtime
