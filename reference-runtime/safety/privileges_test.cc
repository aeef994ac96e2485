// SPDX-License-Identifier: Apache-2.0
// Who a container's process is and what it may, where images and callers could make it more.
#include <grp.h>

#include "reference-runtime/safety/hostile.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Privileges : public Hostile {
 protected:
  void Start() {
    Args({"wait"});
    const Answer ran = Make("run", "a", {"--detach"});
    ASSERT_EQ(ran.code, 0) << ran.errors;
  }

  Answer Exec(const std::vector<std::string>& options, const std::vector<std::string>& words) {
    std::vector<std::string> arguments{"exec"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"a", "/bin/payload"});
    arguments.insert(arguments.end(), words.begin(), words.end());
    return Runtime(arguments);
  }
};

TEST_F(Privileges, ACapabilityForExecIsNotInherited) {
  Start();
  const std::string seen = Exec({"--cap", "CAP_CHOWN"}, {"cat", "/proc/self/status"}).output;
  EXPECT_THAT(seen, HasSubstr("CapInh:\t0000000000000000\n"));
  EXPECT_THAT(seen, HasSubstr("CapPrm:\t0000000020000421\n"));
  EXPECT_THAT(seen, HasSubstr("CapAmb:\t0000000000000000\n"));
}

TEST_F(Privileges, NothingIsInheritableUnlessAskedFor) {
  if (!std::filesystem::exists("/usr/bin/setpriv")) GTEST_SKIP() << "needs setpriv";
  caller = {"/usr/bin/setpriv", "--inh-caps", "+chown,+kill"};
  config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  const std::string seen = RunPayload({"cat", "/proc/self/status"});
  EXPECT_THAT(seen, HasSubstr("CapInh:\t0000000000000000\n"));
  EXPECT_THAT(seen, HasSubstr("CapPrm:\t0000000000000000\n"));
  EXPECT_THAT(seen, HasSubstr("CapEff:\t0000000000000000\n"));
  EXPECT_THAT(seen, HasSubstr("CapBnd:\t0000000020000420\n"));
}

TEST_F(Privileges, TheCallersAmbientCapabilitiesAreNotKept) {
  if (!std::filesystem::exists("/usr/bin/setpriv")) GTEST_SKIP() << "needs setpriv";
  caller = {"/usr/bin/setpriv", "--inh-caps", "+kill", "--ambient-caps", "+kill"};
  config["process"]["capabilities"]["inheritable"] = {"CAP_KILL"};
  EXPECT_THAT(RunPayload({"cat", "/proc/self/status"}), HasSubstr("CapAmb:\t0000000000000000\n"));
}

TEST_F(Privileges, LargeIdsAreExact) {
  for (const uint32_t id : {0x7fffffffU, 0x80000000U, 0xfffffffeU, 65534U}) {
    config["process"]["user"] = {{"uid", id}, {"gid", id}, {"additionalGids", {id}}};
    const std::string seen = RunPayload({"cat", "/proc/self/status"});
    const std::string text = std::to_string(id);
    EXPECT_THAT(seen, HasSubstr("Uid:\t" + text + "\t" + text + "\t" + text + "\t" + text + "\n"));
    EXPECT_THAT(seen, HasSubstr("Gid:\t" + text + "\t" + text + "\t" + text + "\t" + text + "\n"));
    EXPECT_THAT(seen, HasSubstr("Groups:\t" + text + " \n"));
  }
}

// The last number means "as it is" to the kernel, and larger ones would be cut to 0.
TEST_F(Privileges, WhatIsNobodysIdIsAnError) {
  Args({"ids"});
  for (const char* key : {"uid", "gid"}) {
    for (const uint64_t id : {uint64_t{0xffffffff}, uint64_t{0x100000000}, uint64_t{0x1000003e8}}) {
      config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
      config["process"]["user"][key] = id;
      EXPECT_EQ(Make("run", "a").code, 1) << key << " " << id;
    }
    config["process"]["user"][key] = -1;
    EXPECT_EQ(Make("run", "a").code, 1) << key << " -1";
  }
  config["process"]["user"] = {{"uid", 0}, {"gid", 0}};
  Start();
  for (const char* user : {"4294967295", "4294967296", "-1", "1000:4294967295", "1000:4294967296"})
    EXPECT_EQ(Exec({"--user", user}, {"ids"}).code, 255) << user;
  EXPECT_THAT(Exec({"--user", "4294967294:2147483648"}, {"cat", "/proc/self/status"}).output,
              HasSubstr("Uid:\t4294967294\t"));
}

TEST_F(Privileges, ANumberIsNoNameOfTheImage) {
  Write("/etc/passwd", "1000:x:0:0::/:/bin/sh\nweb:x:33:34::/:/bin/sh\n");
  Write("/etc/group", "1000:x:0:web\nweb:x:34:\n");
  Start();
  EXPECT_THAT(Exec({"--user", "1000"}, {"ids"}).output, StartsWith("uid 1000 gid 0 "));
  EXPECT_THAT(Exec({"--user", "1000:web"}, {"ids"}).output, StartsWith("uid 1000 gid 34 "));
  EXPECT_THAT(Exec({"--user", "web:1000"}, {"ids"}).output, StartsWith("uid 33 gid 1000 "));
}

TEST_F(Privileges, TheCallersGroupsAreNotKept) {
  if (!std::filesystem::exists("/usr/bin/setpriv")) GTEST_SKIP() << "needs setpriv";
  caller = {"/usr/bin/setpriv", "--groups", "7,8"};
  EXPECT_THAT(RunPayload({"ids"}), HasSubstr("groups umask"));
  Start();
  EXPECT_THAT(Exec({}, {"ids"}).output, HasSubstr("groups umask"));
}

// What an absolute link of the image means on the host, where exec reads the image's files.
TEST_F(Privileges, UsersAreThoseOfTheImage) {
  ASSERT_TRUE(WriteFileAtomically(path("users"), "web:x:33:34::/:/bin/sh\n").has_value());
  Link(path("users"), "/etc/passwd");
  Start();
  const Answer answer = Exec({"--user", "web"}, {"ids"});
  EXPECT_EQ(answer.code, 255);
  EXPECT_THAT(answer.errors, HasSubstr("is not in /etc/passwd of the container"));
}

TEST_F(Privileges, FilesOfUsersHaveAnEnd) {
  Write("/etc/passwd", "web:x:33:34::/:/bin/sh\n");
  std::filesystem::resize_file(path("rootfs/etc/passwd"), 16 << 20);
  Start();
  const Answer answer = Exec({"--user", "web"}, {"ids"});
  EXPECT_EQ(answer.code, 255);
  EXPECT_THAT(answer.errors, HasSubstr("larger than the limit"));
}

// A seccomp filter that the kernel refused, or that came too late, would be none.
TEST_F(Privileges, TheFilterHoldsForExecToo) {
  config["linux"]["seccomp"] = {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"syscalls", {{{"names", {"uname"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 13}}}}};
  for (const bool no_new_privileges : {true, false}) {
    config["process"]["noNewPrivileges"] = no_new_privileges;
    Start();
    const std::string seen = Exec({}, {"names", "cat", "/proc/self/status"}).output;
    EXPECT_THAT(seen, StartsWith("hostname  domainname \n"));
    EXPECT_THAT(seen, HasSubstr("Seccomp:\t2\n"));
    EXPECT_THAT(ReadFile(ProcessOf("a") + "/status").value(), HasSubstr("Seccomp:\t2\n"));
    Runtime({"delete", "--force", "a"});
  }
}

TEST_F(Privileges, IdsOfContainersStayBelowTheRoot) {
  Args({"wait"});
  const std::string before = Manifest(path("rootfs"));
  for (const std::string& id : {std::string("../a"), std::string("a/b"), std::string("../../a"),
                                std::string(4096, 'a'), std::string("a\nb"), std::string("ä")}) {
    EXPECT_EQ(Make("create", id).code, 1) << id;
    EXPECT_EQ(Runtime({"state", id}).code, 1) << id;
    EXPECT_EQ(Runtime({"delete", "--force", id}).code, 1) << id;
  }
  EXPECT_FALSE(std::filesystem::exists(path("a")));
  EXPECT_EQ(Manifest(path("rootfs")), before);
}

}  // namespace
}  // namespace loadline::runtime
