// SPDX-License-Identifier: Apache-2.0
// The lab: one command in a throw-away machine with another kernel and another layout of control
// groups. Needs no privilege, has no network, leaves nothing behind.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::lab {

struct LabOptions {
  std::vector<std::string> command;
  std::string kernel;         // as FindKernel takes it
  std::string cgroup = "v2";  // "v1", "v2" or "hybrid"
  std::string init = "own";   // process 1: the lab's "own", or "systemd" with a small Debian
  bool rootless = false;      // the command is run by an unprivileged user
  int memory_mb = 1024;
  int processors = 2;
  std::chrono::seconds timeout{900};
  std::vector<std::string> programs;  // taken along, beside Loadline's own and the known runtimes
  std::vector<std::string> files;     // put where the command runs
  std::string programs_directory;     // where Loadline's own are; empty: beside this program
};

// Runs the command; its output goes to ours, the files that it leaves come into this directory. Its
// exit status, or 128 and the signal that ended it. Errors: kHostLacks when this host lacks what
// the lab needs.
Result<int> RunLab(const LabOptions& options);

}  // namespace loadline::lab
