// SPDX-License-Identifier: Apache-2.0
// The emulated machine: QEMU without network, disk or screen, which talks through ports alone and
// dies with us.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/result.h"

namespace loadline::lab {

struct Machine {
  std::string kernel;        // file that is booted
  int initramfs = -1;        // descriptor of the file system that it begins with
  bool virtualised = false;  // by KVM; otherwise emulated
  int memory_mb = 1024;
  int processors = 2;
  std::string words;  // for the kernel's command line, beside those that every lab has
};

// Where what comes out of the machine goes.
struct MachineOutputs {
  std::function<Result<void>(std::string_view)> output, error, record;
};

// Runs until the machine turns itself off; the last words of its console. An error when it could
// not be started, ended otherwise or the deadline passed (which is asked for again whenever
// something came out), with the last words of its console.
Result<std::string> RunMachine(const Machine& machine, const MachineOutputs& outputs,
                               const std::function<Deadline()>& deadline);

}  // namespace loadline::lab
