// SPDX-License-Identifier: Apache-2.0
// Whether this host meets a need. Each examination gets the need by its word and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "conformance/doctor.h"

namespace loadline::conformance {

using Examination = HostAbility (*)(const std::string& need);

// nullptr when nobody knows the need.
Examination FindExamination(const std::string& need);

// The needs that `doctor` shows.
std::vector<std::string> ShownNeeds();

// The answer to a need of which that is known, or for which this path has to be there.
HostAbility Given(const std::string& need, bool available, const char* why_not);
HostAbility PathExists(const std::string& need, const char* path, const char* why_not);

// Of the kernel and of this process.
HostAbility Capability(const std::string& need);      // "cap-sys-admin"
HostAbility Namespace(const std::string& need);       // "time-namespace"
HostAbility Kernel(const std::string& need);          // "kernel-6.3"
HostAbility Filesystem(const std::string& need);      // "filesystem-overlay"
HostAbility HugePages(const std::string& need);       // "huge-pages-2MB"
HostAbility Processors(const std::string& need);      // "processors-2"
HostAbility DeadlinePolicy(const std::string& need);  // "deadline"
HostAbility Root(const std::string& need);            // "root"

// Of what is installed.
HostAbility InstalledProgram(const std::string& need);  // "program-busybox"

// Of the control groups.
HostAbility Controller(const std::string& need);      // "controller-memory"
HostAbility Layout(const std::string& need);          // "cgroup-v1"
HostAbility Realtime(const std::string& need);        // "realtime"
HostAbility RealtimeShares(const std::string& need);  // "realtime-shares"
HostAbility IoWeight(const std::string& need);        // "io-weight"

}  // namespace loadline::conformance
