// SPDX-License-Identifier: Apache-2.0
// The files of a directory as parts of an identity.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace loadline::validator {

// Adds a digest for every file below the directory: of type, mode, owner and content (or target, or
// device numbers), under `prefix` and its path. Symbolic links are not followed.
Result<void> AddTree(int directory, const std::string& prefix,
                     std::map<std::string, std::string>& parts);

}  // namespace loadline::validator
