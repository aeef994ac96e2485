// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/device_program.h"

#include <cstddef>

namespace loadline::runtime {
namespace {

// What is where while the program runs.
constexpr uint8_t kAnswer = BPF_REG_0;
constexpr uint8_t kContext = BPF_REG_1;
constexpr uint8_t kType = BPF_REG_2;
constexpr uint8_t kUndecided = BPF_REG_3;  // kinds of access that no rule has allowed so far
constexpr uint8_t kMajor = BPF_REG_4;
constexpr uint8_t kMinor = BPF_REG_5;

static_assert(kMakeNode == uint32_t{BPF_DEVCG_ACC_MKNOD} && kRead == uint32_t{BPF_DEVCG_ACC_READ} &&
              kWrite == uint32_t{BPF_DEVCG_ACC_WRITE});

bpf_insn Instruction(int code, uint8_t destination, uint8_t source, int offset, int32_t immediate) {
  bpf_insn instruction{};
  instruction.code = static_cast<uint8_t>(code);
  instruction.dst_reg = destination & 0xf;
  instruction.src_reg = source & 0xf;
  instruction.off = static_cast<int16_t>(offset);
  instruction.imm = immediate;
  return instruction;
}

bpf_insn Load(uint8_t destination, size_t offset) {
  return Instruction(BPF_LDX | BPF_MEM | BPF_W, destination, kContext, static_cast<int>(offset), 0);
}

bpf_insn Compute(int operation, uint8_t destination, uint32_t value) {
  return Instruction(BPF_ALU | operation | BPF_K, destination, 0, 0, static_cast<int32_t>(value));
}

bpf_insn Copy(uint8_t destination, uint8_t source) {
  return Instruction(BPF_ALU | BPF_MOV | BPF_X, destination, source, 0, 0);
}

// The distance is filled in when the end of the rule is known.
bpf_insn JumpToNextRule(int comparison, uint8_t left, int32_t right) {
  return Instruction(BPF_JMP | comparison | BPF_K, left, 0, 0, right);
}

void Answer(bool allow, std::vector<bpf_insn>& program) {
  program.push_back(Compute(BPF_MOV, kAnswer, allow ? 1 : 0));
  program.push_back(Instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
}

bool IsJump(const bpf_insn& instruction) {
  return BPF_CLASS(instruction.code) == BPF_JMP && BPF_OP(instruction.code) != BPF_EXIT;
}

void AppendRule(const DeviceRule& rule, std::vector<bpf_insn>& program) {
  const size_t begin = program.size();
  if (rule.type != 'a')
    program.push_back(JumpToNextRule(BPF_JNE, kType,
                                     rule.type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK));
  if (rule.major >= 0) program.push_back(JumpToNextRule(BPF_JNE, kMajor, rule.major));
  if (rule.minor >= 0) program.push_back(JumpToNextRule(BPF_JNE, kMinor, rule.minor));
  if (rule.allow) {
    program.push_back(Compute(BPF_AND, kUndecided, kEveryAccess & ~rule.access));
    program.push_back(JumpToNextRule(BPF_JNE, kUndecided, 0));
  } else {
    program.push_back(Copy(kAnswer, kUndecided));
    program.push_back(Compute(BPF_AND, kAnswer, rule.access));
    program.push_back(JumpToNextRule(BPF_JEQ, kAnswer, 0));
  }
  Answer(rule.allow, program);
  for (size_t at = begin; at < program.size(); ++at) {
    if (IsJump(program[at])) program[at].off = static_cast<int16_t>(program.size() - at - 1);
  }
}

}  // namespace

std::vector<bpf_insn> DeviceProgram(const std::vector<DeviceRule>& rules) {
  // access_type holds the kinds of access above and the type below.
  std::vector<bpf_insn> program{Load(kType, offsetof(bpf_cgroup_dev_ctx, access_type)),
                                Copy(kUndecided, kType),
                                Compute(BPF_RSH, kUndecided, 16),
                                Compute(BPF_AND, kType, 0xffff),
                                Load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
                                Load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor))};
  bool otherwise = true;
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    // The kernel refuses instructions that are never reached.
    otherwise = rule->HoldsForEverything() ? rule->allow : otherwise;
    if (rule->HoldsForEverything()) break;
    AppendRule(*rule, program);
  }
  Answer(otherwise, program);
  return program;
}

}  // namespace loadline::runtime
