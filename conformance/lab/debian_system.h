// SPDX-License-Identifier: Apache-2.0
// A small Debian with systemd, for the lab: packages of the host's release, unpacked and never
// configured, so that it needs no privilege; kept in the user's cache.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::lab {

// The file that holds it as an initial file system. It is made when the cache has none.
Result<std::string> FindDebianSystem();

}  // namespace loadline::lab
