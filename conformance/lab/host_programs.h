// SPDX-License-Identifier: Apache-2.0
// Programs of the host that the lab takes along, with the libraries that they need.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::lab {

// Where a program stands: a path, or a name that is looked for in PATH and the system's own
// directories. Empty when there is none.
std::string FindProgram(const std::string& name);
// The files that a program cannot run without: itself, its loader and libraries as ldd names them,
// the interpreter of a script.
Result<std::vector<std::string>> FilesOf(const std::string& program);

}  // namespace loadline::lab
