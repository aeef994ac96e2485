// SPDX-License-Identifier: Apache-2.0
// Which kernel parameters belong to a namespace, so that setting one cannot change the host.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::runtime {

struct LinuxSpec;

// The file below /proc/sys of a sysctl that a namespace of the container holds. Any other key is an
// error that says which namespace is missing, or that the parameter is the whole host's.
Result<std::string> SysctlFile(const std::string& key, const LinuxSpec& spec);

}  // namespace loadline::runtime
