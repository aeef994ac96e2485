// SPDX-License-Identifier: Apache-2.0
// What the lab keeps in the user's cache: $LOADLINE_CACHE, or "loadline" below $XDG_CACHE_HOME or
// ~/.cache.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace loadline::lab {

// A folder of the cache; it is made when it is missing.
Result<std::string> CacheFolder(const std::string& name);
// Makes a folder with these files, by name: whole or not at all, and not when it is there already.
Result<void> KeepFolder(const std::string& directory,
                        const std::map<std::string, std::string>& files);

}  // namespace loadline::lab
