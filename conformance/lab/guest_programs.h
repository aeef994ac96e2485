// SPDX-License-Identifier: Apache-2.0
// The programs of the lab: Loadline's own, the runtimes that the host has, and what the command
// needs.
#pragma once

#include <string>

#include "base/result.h"
#include "conformance/lab/initramfs.h"
#include "conformance/lab/lab.h"

namespace loadline::lab {

Result<void> AddPrograms(Initramfs& root, const LabOptions& options);
// The names under which a shell's little programs are called, all busybox; what is there already
// stays.
Result<void> AddShell(Initramfs& root, const std::string& busybox);

}  // namespace loadline::lab
