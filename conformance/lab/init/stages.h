// SPDX-License-Identifier: Apache-2.0
// The stages of the lab's process 1, in the order in which main.cc calls them.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "conformance/lab/records.h"

namespace loadline::lab {

// /proc, /sys, /dev and what stands below them, and a root that pivot_root accepts.
Result<void> MountBasics();
Result<void> LoadModules();
// Makes systemd this process, and what it starts this program again. Returns only an error.
Result<void> BecomeSystemd();
// The control groups of a layout below /sys/fs/cgroup, every controller handed on.
Result<void> MountCgroups(const std::string& layout);
// Starts the manager of that user, and puts the words before the command that run it in a group
// which systemd hands to them.
Result<void> StartUserManager(uid_t user, GuestPlan& plan);
// A group that an unprivileged user may use, with the calling process in it.
Result<void> DelegateCgroup(uid_t user, gid_t group);
Result<void> SetNames();

// The port of that name; it exists once the modules are loaded.
Result<UniqueFd> OpenPort(const std::string& name);

// Runs the command to its end, its output going to the ports.
Result<Record> RunCommand(const GuestPlan& plan, int output_port, int error_port);
// Sends what stands in the work directory and was not there before.
Result<void> SendFiles(int record_port);

}  // namespace loadline::lab
