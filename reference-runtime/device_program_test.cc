// SPDX-License-Identifier: Apache-2.0
// The program of a device list, run by a small interpreter, and by the kernel where it lets us.
#include "reference-runtime/device_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

// Carries out the few instructions that such a program has. -1: one that it must not have.
int Interpret(const std::vector<bpf_insn>& program, const bpf_cgroup_dev_ctx& context) {
  std::array<uint64_t, 11> registers{};
  for (size_t at = 0; at < program.size(); ++at) {
    const bpf_insn& instruction = program[at];
    uint64_t& left = registers[instruction.dst_reg];
    const uint64_t right = (instruction.code & BPF_X) != 0
                               ? registers[instruction.src_reg]
                               : static_cast<uint64_t>(static_cast<int64_t>(instruction.imm));
    bool jump = false;
    switch (instruction.code) {
      case BPF_LDX | BPF_MEM | BPF_W: {
        uint32_t word = 0;
        std::memcpy(&word, reinterpret_cast<const char*>(&context) + instruction.off, sizeof word);
        left = word;
        break;
      }
      case BPF_ALU | BPF_MOV | BPF_K:
      case BPF_ALU | BPF_MOV | BPF_X:
        left = static_cast<uint32_t>(right);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        left = static_cast<uint32_t>(left & right);
        break;
      case BPF_ALU | BPF_RSH | BPF_K:
        left = static_cast<uint32_t>(left) >> right;
        break;
      case BPF_JMP | BPF_JNE | BPF_K:
        jump = left != right;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        jump = left == right;
        break;
      case BPF_JMP | BPF_EXIT:
        return static_cast<int>(registers[BPF_REG_0]);
      default:
        return -1;
    }
    if (jump) at += static_cast<size_t>(instruction.off);
  }
  return -1;  // it ran off its end
}

// Whether a list (as linux.resources.devices) lets a device be used: "c 1:3 rw".
bool Allows(const Json& list, const std::string& access) {
  auto rules = ReadDeviceRules(list);
  EXPECT_TRUE(rules.has_value());
  char type = 0;
  char letters[4] = {};
  bpf_cgroup_dev_ctx context{};
  EXPECT_EQ(
      std::sscanf(access.c_str(), "%c %u:%u %3s", &type, &context.major, &context.minor, letters),
      4);
  uint32_t kinds = 0;
  for (const char letter : std::string(letters))
    kinds |= letter == 'r' ? kRead : letter == 'w' ? kWrite : kMakeNode;
  context.access_type =
      kinds << 16 | static_cast<uint32_t>(type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
  const int answer = Interpret(DeviceProgram(*rules), context);
  EXPECT_TRUE(answer == 0 || answer == 1);
  return answer == 1;
}

Json Rule(bool allow, const std::string& text = "") {
  Json rule{{"allow", allow}};
  char type = 0;
  int major = 0;
  int minor = 0;
  char letters[4] = {};
  if (std::sscanf(text.c_str(), "%c %d:%d %3s", &type, &major, &minor, letters) == 4)
    rule.update(
        {{"type", std::string(1, type)}, {"major", major}, {"minor", minor}, {"access", letters}});
  return rule;
}

TEST(DeviceProgram, WithoutARuleEverythingIsAllowed) {
  EXPECT_TRUE(Allows(Json::array(), "b 8:0 rwm"));
}

TEST(DeviceProgram, TheDefaultDevicesStayUsable) {
  const Json nothing = Json::array({Rule(false)});
  for (const char* device : {"c 1:3 rwm", "c 1:5 r", "c 1:7 w", "c 1:8 r", "c 1:9 r", "c 5:0 rw",
                             "c 5:1 rw", "c 5:2 rw", "c 136:7 rw"})
    EXPECT_TRUE(Allows(nothing, device)) << device;
  for (const char* device : {"c 1:11 r", "b 1:3 r", "c 10:200 rw", "b 8:0 m"})
    EXPECT_FALSE(Allows(nothing, device)) << device;
}

TEST(DeviceProgram, TypesNumbersAndAccess) {
  const Json list{Rule(false), Rule(true, "c 10:229 rw"), Rule(true, "b 8:-1 r"),
                  Json{{"allow", true}, {"major", 20}, {"minor", 1}, {"access", "m"}}};
  EXPECT_TRUE(Allows(list, "c 10:229 r"));
  EXPECT_TRUE(Allows(list, "c 10:229 rw"));
  EXPECT_FALSE(Allows(list, "c 10:229 m"));
  EXPECT_FALSE(Allows(list, "c 10:229 rwm"));
  EXPECT_FALSE(Allows(list, "c 10:228 r"));
  EXPECT_FALSE(Allows(list, "b 10:229 r"));
  EXPECT_TRUE(Allows(list, "b 8:17 r"));
  EXPECT_FALSE(Allows(list, "b 8:17 w"));
  EXPECT_TRUE(Allows(list, "b 20:1 m"));
  EXPECT_TRUE(Allows(list, "c 20:1 m"));
  EXPECT_FALSE(Allows(list, "c 20:1 r"));
}

TEST(DeviceProgram, TheLastRuleThatHoldsCounts) {
  EXPECT_FALSE(Allows({Rule(true, "b 8:0 r"), Rule(false)}, "b 8:0 r"));
  EXPECT_TRUE(Allows({Rule(false, "b 8:0 r"), Rule(true)}, "b 8:0 r"));
  EXPECT_FALSE(Allows({Rule(true), Rule(false, "b 8:0 r")}, "b 8:0 rw"));
  EXPECT_TRUE(Allows({Rule(true), Rule(false, "b 8:0 r")}, "b 8:0 w"));
  // One rule for each kind of access is as good as one for both.
  EXPECT_TRUE(Allows({Rule(false), Rule(true, "b 8:0 r"), Rule(true, "b 8:0 w")}, "b 8:0 rw"));
  EXPECT_FALSE(Allows({Rule(false), Rule(true, "b 8:-1 rw"), Rule(false, "b 8:1 w")}, "b 8:1 rw"));
}

TEST(DeviceProgram, WhatIsNoRuleIsAnError) {
  for (const Json& entry :
       {Json{{"allow", true}, {"type", "u"}}, Json{{"allow", true}, {"type", ""}},
        Json{{"allow", true}, {"access", "rx"}}, Json{{"allow", true}, {"major", -2}},
        Json{{"allow", true}, {"minor", 4294967296}}})
    EXPECT_FALSE(ReadDeviceRules(Json::array({entry})).has_value()) << entry;
  EXPECT_EQ(ReadDeviceRules(Json::array({{{"allow", true}, {"access", ""}}}))->size(),
            ReadDeviceRules(Json::array())->size());
}

// The errno of opening a device from a process in the group.
int OpenIn(const std::string& group, const char* device) {
  const pid_t child = fork();
  if (child == 0) {
    if (!WriteExisting(group + "/cgroup.procs", "0").has_value()) _exit(255);
    _exit(open(device, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(DeviceProgram, TheKernelTakesAndReplacesIt) {
  if (geteuid() != 0) GTEST_SKIP() << "loading a program needs root";
  const auto hierarchies = FindHierarchies(true);
  const Hierarchy* unified = FindUnified(*hierarchies);
  if (unified == nullptr) GTEST_SKIP() << "cgroup v2 is not mounted";
  const std::string path = "/loadline/device-test-" + std::to_string(getpid());
  const auto made = MakeCgroups({*unified}, path, Json::object());
  ASSERT_TRUE(made.has_value()) << made.error().ToLine();
  const std::string group = unified->mount_point + path;
  const auto use = [&](const Json& list) {
    auto attached = AttachDeviceProgram(group, DeviceProgram(*ReadDeviceRules(list)));
    EXPECT_TRUE(attached.has_value()) << attached.error().ToLine();
  };
  use(Json::array({Rule(false)}));
  EXPECT_EQ(OpenIn(group, "/dev/null"), 0);
  EXPECT_EQ(OpenIn(group, "/dev/kmsg"), EPERM);
  use({Rule(false), Rule(true, "c 1:11 r")});
  EXPECT_EQ(OpenIn(group, "/dev/kmsg"), 0);
  use({Rule(true), Rule(false, "c 1:11 r")});
  EXPECT_EQ(OpenIn(group, "/dev/kmsg"), EPERM);
  EXPECT_TRUE(RemoveCgroupDirectories(*made).has_value());
}

}  // namespace
}  // namespace loadline::runtime
