// SPDX-License-Identifier: Apache-2.0
// The program of the device list on its way into the kernel.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/files.h"
#include "reference-runtime/device_program.h"

namespace loadline::runtime {
namespace {

// What the kernel does not know of has to be zero, padding included.
bpf_attr Attributes() {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  return attributes;
}

int Bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

uint64_t Address(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

Result<UniqueFd> LoadProgram(const std::vector<bpf_insn>& program) {
  bpf_attr attributes = Attributes();
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = Address(program.data());
  attributes.insn_cnt = static_cast<uint32_t>(program.size());
  attributes.license = Address("Apache-2.0");
  std::strcpy(attributes.prog_name, "loadline_device");
  UniqueFd fd(Bpf(BPF_PROG_LOAD, attributes));
  if (!fd)
    return CallError("bpf", "BPF_PROG_LOAD")
        .Hint("on cgroup v2 linux.resources.devices needs CAP_BPF and CAP_NET_ADMIN");
  return fd;
}

Result<std::vector<uint32_t>> AttachedTo(int group) {
  std::array<uint32_t, 64> ids{};
  bpf_attr attributes = Attributes();
  attributes.query.target_fd = static_cast<uint32_t>(group);
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = Address(ids.data());
  attributes.query.prog_cnt = ids.size();
  if (Bpf(BPF_PROG_QUERY, attributes) != 0) return CallError("bpf", "BPF_PROG_QUERY");
  return std::vector<uint32_t>(ids.begin(), ids.begin() + attributes.query.prog_cnt);
}

Result<void> Attach(int group, int program) {
  bpf_attr attributes = Attributes();
  attributes.target_fd = static_cast<uint32_t>(group);
  attributes.attach_bpf_fd = static_cast<uint32_t>(program);
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;  // or no group below could have one of its own
  if (Bpf(BPF_PROG_ATTACH, attributes) != 0)
    return CallError("bpf", "BPF_PROG_ATTACH")
        .Hint("a group above may hold a program that forbids others");
  return {};
}

Result<void> Detach(int group, uint32_t id) {
  bpf_attr attributes = Attributes();
  attributes.prog_id = id;
  const UniqueFd program(Bpf(BPF_PROG_GET_FD_BY_ID, attributes));
  if (!program) return CallError("bpf", "BPF_PROG_GET_FD_BY_ID");
  attributes = Attributes();
  attributes.target_fd = static_cast<uint32_t>(group);
  attributes.attach_bpf_fd = static_cast<uint32_t>(program.get());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  if (Bpf(BPF_PROG_DETACH, attributes) != 0) return CallError("bpf", "BPF_PROG_DETACH");
  return {};
}

}  // namespace

Result<void> AttachDeviceProgram(const std::string& group, const std::vector<bpf_insn>& program) {
  ASSIGN_OR_RETURN(const UniqueFd directory, Open(group, O_RDONLY | O_DIRECTORY));
  ASSIGN_OR_RETURN(const UniqueFd loaded, LoadProgram(program));
  ASSIGN_OR_RETURN(const auto earlier, AttachedTo(directory.get()));
  // The new one comes before the earlier ones go: there is no moment without any.
  RETURN_IF_ERROR(Attach(directory.get(), loaded.get()));
  for (const uint32_t id : earlier) RETURN_IF_ERROR(Detach(directory.get(), id));
  return {};
}

}  // namespace loadline::runtime
