// SPDX-License-Identifier: Apache-2.0
// What a container's process finds, on real containers: who it is, what it may, and where it
// stands.
#include <cerrno>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class InContainer : public Bundle {};

TEST_F(InContainer, UserGroupsUmaskAndPid) {
  config["process"]["user"] = {
      {"uid", 1000}, {"gid", 1001}, {"additionalGids", {5, 6}}, {"umask", 077}};
  EXPECT_EQ(RunPayload({"ids"}), "uid 1000 gid 1001 groups 5 6 umask 0077 pid 1\n");
}

TEST_F(InContainer, WithoutAnUmaskItStaysTheCallers) {
  const mode_t before = umask(031);
  EXPECT_THAT(RunPayload({"ids"}), HasSubstr("umask 0031"));
  umask(before);
}

TEST_F(InContainer, NamesDirectoryEnvironmentAndLimits) {
  config["hostname"] = "deck";
  config["domainname"] = "ship.test";
  config["process"]["cwd"] = "/proc/sys";
  config["process"]["env"] = {"PATH=/bin", "EMPTY=", "TWICE=a=b"};
  config["process"]["rlimits"] = {{{"type", "RLIMIT_NOFILE"}, {"soft", 100}, {"hard", 200}}};
  EXPECT_EQ(
      RunPayload({"names", "cwd", "environment", "nofile"}),
      "hostname deck domainname ship.test\ncwd /proc/sys\nPATH=/bin\nEMPTY=\nTWICE=a=b\nHOME=/\n"
      "nofile 100 200\n");
}

TEST_F(InContainer, TheProgramIsLookedUpInThePath) {
  config["process"]["args"] = {"payload", "names"};
  config["process"]["env"] = {"PATH=/nowhere:/bin"};
  EXPECT_EQ(Make("run", "a").code, 0);
  EXPECT_THAT(Output(), HasSubstr("hostname loadline"));
}

TEST_F(InContainer, ThreeDescriptorsAndCleanSignals) {
  const std::string seen = RunPayload({"list", "/proc/self/fd", "cat", "/proc/self/status"});
  EXPECT_EQ(seen.substr(0, seen.find('\n')), "0 1 2 ");
  EXPECT_THAT(seen, HasSubstr("SigBlk:\t0000000000000000"));
  EXPECT_THAT(seen, HasSubstr("SigIgn:\t0000000000000000"));
  EXPECT_THAT(seen, HasSubstr("NoNewPrivs:\t1"));
}

TEST_F(InContainer, CapabilitiesAreExactAfterTheChangeOfUser) {
  config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  config["process"]["noNewPrivileges"] = false;
  config["process"]["capabilities"] = {{"bounding", {"CAP_KILL", "CAP_CHOWN"}},
                                       {"permitted", {"CAP_KILL", "CAP_CHOWN"}},
                                       {"effective", {"CAP_KILL"}},
                                       {"inheritable", {"CAP_KILL"}},
                                       {"ambient", {"CAP_KILL"}}};
  const std::string seen = RunPayload({"cat", "/proc/self/status"});
  EXPECT_THAT(seen, HasSubstr("CapInh:\t0000000000000020"));
  EXPECT_THAT(seen, HasSubstr("CapEff:\t0000000000000020"));
  EXPECT_THAT(seen, HasSubstr("CapBnd:\t0000000000000021"));
  EXPECT_THAT(seen, HasSubstr("CapAmb:\t0000000000000020"));
  EXPECT_THAT(seen, HasSubstr("NoNewPrivs:\t0"));
}

TEST_F(InContainer, AnUnknownCapabilityIsAWarningSince11AndAnErrorBefore) {
  config["process"]["capabilities"]["bounding"] = {"CAP_KILL", "CAP_OF_TOMORROW"};
  Args({"ids"});
  const Answer now = Make("run", "a");
  EXPECT_EQ(now.code, 0);
  EXPECT_THAT(now.errors, HasSubstr("warning: the capability CAP_OF_TOMORROW"));
  config["ociVersion"] = "1.0.2";
  EXPECT_EQ(Make("run", "b").code, 1);
}

TEST_F(InContainer, AnAmbientCapabilityThatCannotBeIsAWarningSince11) {
  config["process"]["capabilities"]["inheritable"] = Json::array();
  config["process"]["capabilities"]["ambient"] = {"CAP_KILL"};
  Args({"ids"});
  config["ociVersion"] = "1.1.0";
  EXPECT_THAT(Make("run", "a").errors, HasSubstr("CAP_KILL is left out of the ambient set"));
  config["ociVersion"] = "1.0.2-dev";
  EXPECT_EQ(Make("run", "b").errors, "");
}

TEST_F(InContainer, AMagicLinkIsNoWorkingDirectory) {
  Args({"cwd"});
  for (const int number : {3, 4, 5, 6, 7, 8, 9}) {
    config["process"]["cwd"] = "/proc/self/fd/" + std::to_string(number);
    EXPECT_EQ(Make("run", "a").code, 1);
  }
  EXPECT_THAT(Output(), Not(HasSubstr("cwd")));
}

TEST_F(InContainer, SysctlsOfItsNamespacesOnly) {
  config["linux"]["sysctl"] = {{"kernel.shmmni", "128"}, {"net/ipv4/ip_forward", "1"}};
  const std::string host = ReadFile("/proc/sys/kernel/shmmni").value();
  EXPECT_EQ(RunPayload({"cat", "/proc/sys/kernel/shmmni", "cat", "/proc/sys/net/ipv4/ip_forward"}),
            "128\n1\n");
  EXPECT_EQ(ReadFile("/proc/sys/kernel/shmmni").value(), host);
  for (const char* key : {"kernel.core_pattern", "vm.swappiness", "net/../kernel/sysrq", ""}) {
    config["linux"]["sysctl"] = {{key, "1"}};
    const Answer refused = Make("create", "a");
    EXPECT_EQ(refused.code, 1) << key;
    EXPECT_THAT(refused.errors, HasSubstr("the sysctl")) << key;
  }
}

TEST_F(InContainer, MaskedAndReadOnlyPaths) {
  config["root"]["readonly"] = false;
  std::filesystem::create_directories(path("rootfs/secret"));
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/secret/file"), "x").has_value());
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/masked"), "x").has_value());
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/readonly"), "x").has_value());
  config["linux"]["maskedPaths"] = {"/secret", "/masked", "/absent"};
  config["linux"]["readonlyPaths"] = {"/readonly"};
  EXPECT_EQ(RunPayload({"list", "/secret", "cat", "/masked", "write", "/readonly"}),
            "\nwrite /readonly: errno " + std::to_string(EROFS) + "\n");
}

TEST_F(InContainer, ANewUserNamespaceMapsIds) {
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  std::filesystem::permissions(path(""), std::filesystem::perms(0755));
  ASSERT_EQ(chown(path("rootfs").c_str(), 100000, 100000), 0);
  const std::string seen = RunPayload({"ids", "cat", "/proc/self/uid_map"});
  EXPECT_THAT(seen, HasSubstr("uid 0 gid 0"));
  EXPECT_THAT(seen, HasSubstr("100000      65536"));
}

TEST_F(InContainer, ATimeNamespaceHasItsOffsets) {
  config["linux"]["namespaces"].push_back({{"type", "time"}});
  config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 1000000}}}};
  const double host = std::stod(ReadFile("/proc/uptime").value());
  const double seen = std::stod(RunPayload({"cat", "/proc/uptime"}));
  EXPECT_NEAR(seen - host, 1000000, 60);
  Args({"cat", "/proc/uptime"});
  ASSERT_EQ(Make("run", "a", {"--without-stage", "time-namespace"}).code, 0);
  EXPECT_NEAR(std::stod(Output()) - host, 0, 60);
}

TEST_F(InContainer, ANamespaceIsJoinedByItsPath) {
  config["hostname"] = "first";
  Args({"wait"});
  ASSERT_EQ(Make("create", "first").code, 0);
  const std::string process = "/proc/" + std::to_string(State("first")["pid"].get<int>());
  config.erase("hostname");
  for (Json& entry : config["linux"]["namespaces"]) {
    if (entry["type"] == "uts") entry["path"] = process + "/ns/uts";
    if (entry["type"] == "pid") entry["path"] = process + "/ns/pid";
  }
  const std::string seen = RunPayload({"names", "ids"});
  EXPECT_THAT(seen, HasSubstr("hostname first"));
  EXPECT_THAT(seen, Not(HasSubstr("pid 1\n")));

  for (Json& entry : config["linux"]["namespaces"]) {
    if (entry["type"] == "uts") entry["path"] = process + "/ns/ipc";
  }
  const Answer wrong = Make("create", "second");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.errors, HasSubstr("namespaces: setns(uts, "));
}

TEST_F(InContainer, ASeccompRuleIsEnforced) {
  config["linux"]["seccomp"] = {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"syscalls", {{{"names", {"uname"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", EACCES}}}}};
  EXPECT_EQ(RunPayload({"names"}), "hostname  domainname \n");
}

TEST_F(InContainer, AnErrnoThatTheActionCannotReturnIsAnError) {
  config["linux"]["seccomp"] = {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"syscalls", {{{"names", {"uname"}}, {"action", "SCMP_ACT_LOG"}, {"errnoRet", EACCES}}}}};
  Args({"names"});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("seccomp: linux.seccomp gives the action SCMP_ACT_LOG"));
}

// A caller may bind a /dev of its own; what lies there must not become the mask.
TEST_F(InContainer, AFalseNullDeviceMasksNothing) {
  std::filesystem::create_directories(path("dev"));
  ASSERT_TRUE(WriteFileAtomically(path("dev/null"), "x").has_value());
  config["mounts"] = {{{"destination", "/proc"}, {"type", "proc"}, {"source", "proc"}},
                      {{"destination", "/dev"}, {"source", path("dev")}, {"options", {"bind"}}}};
  config["linux"]["maskedPaths"] = {"/proc/keys"};
  Args({"names"});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("masked-paths: /dev/null of the container"));
}

// In a cgroup namespace of its own the process stands at the root of every hierarchy.
TEST_F(InContainer, ItsCgroupIsLimitedAndRemoved) {
  const std::string hierarchy = GroupsOf("pids");
  if (hierarchy.empty()) GTEST_SKIP() << "this host has no controller for pids";
  const std::string group = "loadline/test-" + std::to_string(getpid());
  config["linux"]["cgroupsPath"] = "/" + group;
  config["linux"]["resources"] = {{"pids", {{"limit", 17}}}};
  Args({"cat", "/proc/self/cgroup"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(ReadFile(hierarchy + group + "/pids.max").value(), "17\n");
  EXPECT_THAT(ReadFile(hierarchy + group + "/cgroup.procs").value(),
              HasSubstr(std::to_string(State("a")["pid"].get<int>())));
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(hierarchy + group));
}

}  // namespace
}  // namespace loadline::runtime
