// SPDX-License-Identifier: Apache-2.0
// Where a container's processes run and what memory they get, on real containers; and labels that
// this host may not have.
#include <gmock/gmock.h>
#include <sched.h>

#include <cerrno>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class Placement : public Bundle {
 protected:
  // exec of the payload with changes to the container's process; what it printed.
  std::string ExecPayload(const Json& affinity, const std::vector<std::string>& without = {}) {
    Json process = config["process"];
    process["args"] = {"/bin/payload", "cat", "/proc/self/status"};
    process["execCPUAffinity"] = affinity;
    EXPECT_TRUE(WriteFileAtomically(path("process"), process.dump()).has_value());
    std::vector<std::string> arguments;
    for (const std::string& stage : without) {
      arguments.push_back("--without-stage");
      arguments.push_back(stage);
    }
    for (const char* word : {"exec", "--process"}) arguments.emplace_back(word);
    arguments.push_back(path("process"));
    arguments.emplace_back("a");
    const Answer answer = Runtime(arguments);
    EXPECT_EQ(answer.code, 0) << answer.errors;
    return answer.output;
  }

  void Begin() {
    Args({"wait"});
    ASSERT_EQ(Make("create", "a").code, 0);
    ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  }

  static bool HasProcessors(int wanted) {
    cpu_set_t own;
    CPU_ZERO(&own);
    sched_getaffinity(0, sizeof own, &own);
    for (int i = 0; i < wanted; ++i)
      if (!CPU_ISSET(i, &own)) return false;
    return true;
  }
};

TEST_F(Placement, ExecBeginsOnItsInitialProcessorsAndEndsOnItsFinalOnes) {
  if (!HasProcessors(2)) GTEST_SKIP() << "needs the processors 0 and 1";
  Begin();
  EXPECT_THAT(ExecPayload({{"initial", "1"}}), HasSubstr("Cpus_allowed_list:\t1\n"));
  EXPECT_THAT(ExecPayload({{"initial", "1"}, {"final", "0"}}),
              HasSubstr("Cpus_allowed_list:\t0\n"));
  EXPECT_THAT(ExecPayload({{"final", "1"}}), HasSubstr("Cpus_allowed_list:\t1\n"));
  EXPECT_THAT(ExecPayload({{"initial", "1"}}, {"initial-affinity"}),
              Not(HasSubstr("Cpus_allowed_list:\t1\n")));
  EXPECT_THAT(ExecPayload({{"final", "1"}}, {"final-affinity"}),
              Not(HasSubstr("Cpus_allowed_list:\t1\n")));
}

TEST_F(Placement, TheFirstProcessHasNoneOfIt) {
  if (!HasProcessors(2)) GTEST_SKIP() << "needs the processors 0 and 1";
  config["process"]["execCPUAffinity"] = {{"initial", "1"}, {"final", "1"}};
  EXPECT_THAT(RunPayload({"cat", "/proc/self/status"}), Not(HasSubstr("Cpus_allowed_list:\t1\n")));
}

TEST_F(Placement, ProcessorsThatAreNotThereAreAnError) {
  Begin();
  Json process = config["process"];
  process["execCPUAffinity"] = {{"final", "16000"}};
  ASSERT_TRUE(WriteFileAtomically(path("process"), process.dump()).has_value());
  const Answer refused = Runtime({"exec", "--process", path("process"), "a"});
  EXPECT_EQ(refused.code, 255);
  EXPECT_THAT(refused.errors, HasSubstr("final-affinity: sched_setaffinity"));
}

TEST_F(Placement, MemoryComesFromTheNodesOfThePolicy) {
  if (!std::filesystem::exists("/proc/self/numa_maps")) GTEST_SKIP() << "the kernel has no nodes";
  config["linux"]["memoryPolicy"] = {{"mode", "MPOL_INTERLEAVE"}, {"nodes", "0"}};
  EXPECT_THAT(RunPayload({"cat", "/proc/self/numa_maps"}), HasSubstr(" interleave:0 "));
  config["linux"]["memoryPolicy"] = {
      {"mode", "MPOL_BIND"}, {"nodes", "0"}, {"flags", {"MPOL_F_STATIC_NODES"}}};
  EXPECT_THAT(RunPayload({"cat", "/proc/self/numa_maps"}), HasSubstr(" bind=static:0 "));
  Args({"cat", "/proc/self/numa_maps"});
  Output();
  EXPECT_EQ(Make("run", "a", {"--without-stage", "memory-policy"}).code, 0);
  EXPECT_THAT(Output(), Not(HasSubstr(" bind")));
}

TEST_F(Placement, APolicyThatTheKernelRefusesIsAnError) {
  config["linux"]["memoryPolicy"] = {{"mode", "MPOL_BIND"}};
  Args({"ids"});
  const Answer refused = Make("run", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("memory-policy: set_mempolicy"));
}

TEST_F(Placement, EveryModeAndFlagOfTheFeaturesIsKnown) {
  const Json features = Json::parse(Runtime({"features"}).output)["linux"]["memoryPolicy"];
  EXPECT_EQ(features["modes"].size(), 7U);
  EXPECT_EQ(features["flags"].size(), 3U);
  Args({"ids"});
  for (const Json& mode : features["modes"]) {
    config["linux"]["memoryPolicy"] = {{"mode", mode}, {"flags", features["flags"]}};
    EXPECT_EQ(Make("create", "a").code, 0) << mode;
    EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
  }
}

TEST_F(Placement, ALabelThatTheHostCannotKeepIsAnError) {
  Args({"ids"});
  struct Case {
    const char* pointer;
    const char* module;
    const char* sign;
  };
  for (const Case& label :
       {Case{"/process/apparmorProfile", "AppArmor", "/sys/module/apparmor/parameters/enabled"},
        Case{"/process/selinuxLabel", "SELinux", "/sys/fs/selinux/enforce"},
        Case{"/linux/mountLabel", "SELinux", "/sys/fs/selinux/enforce"}}) {
    if (std::filesystem::exists(label.sign)) continue;
    const Json before = config;
    config[Json::json_pointer(label.pointer)] = "anything";
    const Answer refused = Make("create", "a");
    EXPECT_EQ(refused.code, 1) << label.pointer;
    EXPECT_THAT(refused.errors, HasSubstr("this host has no " + std::string(label.module)));
    config = before;
  }
}

}  // namespace
}  // namespace loadline::runtime
