// SPDX-License-Identifier: Apache-2.0
// cgroup v2 has no list of devices: a program decides for each access, and this one is made from
// the list.
#pragma once

#include <linux/bpf.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/device_rules.h"

namespace loadline::runtime {

// A program of type BPF_PROG_TYPE_CGROUP_DEVICE that answers 1 for what the rules allow. For each
// kind of access that is asked for the last rule counts that holds for it, and without one it is
// allowed, as a group of v1 begins with what its parent may.
std::vector<bpf_insn> DeviceProgram(const std::vector<DeviceRule>& rules);

// Makes the program the one of the group, in the place of an earlier one. The programs of the
// groups above it have their say as well.
Result<void> AttachDeviceProgram(const std::string& group, const std::vector<bpf_insn>& program);

}  // namespace loadline::runtime
