// SPDX-License-Identifier: Apache-2.0
// tmpcopyup: a new tmpfs begins with what stood at its destination.
#pragma once

#include "base/result.h"

namespace loadline::runtime {

// Copies what is below one directory into another: files, directories and links with their modes
// and owners.
Result<void> CopyUp(int from_directory, int to_directory);

}  // namespace loadline::runtime
