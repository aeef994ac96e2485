// SPDX-License-Identifier: Apache-2.0
// The libraries of a dynamic program, as its loader lists them.
#pragma once

#include <string>
#include <vector>

namespace loadline {

// The paths in what ldd, or a loader called with --list, wrote: "libc.so.6 => PATH (0x…)" or
// "PATH (0x…)" in a line. What has no file, such as the vDSO, is left out.
std::vector<std::string> LibrariesIn(const std::string& list);

}  // namespace loadline
