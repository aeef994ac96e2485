// SPDX-License-Identifier: Apache-2.0
// Names that the kernel gives: capabilities, errors, system calls.
#pragma once

#include <string>
#include <string_view>

namespace loadline::validator {

// "CAP_KILL": a name of capabilities(7).
bool IsCapability(std::string_view name);
// "EPERM": a name of errno(3) on Linux.
bool IsErrno(std::string_view name);
// "openat2": a system call of any architecture that libseccomp knows.
bool IsSystemCall(const std::string& name);
// The name of the system call that has this number on this machine; empty when there is none.
std::string SystemCallOf(long number);

}  // namespace loadline::validator
