// SPDX-License-Identifier: Apache-2.0
// The flags of update, as the linux.resources that they stand for.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

// By name, the values of the flags; the last one counts. What is not among them is not said. Flags
// that are no longer kept become warnings.
Result<nlohmann::json> ResourcesFromFlags(
    const std::map<std::string, std::vector<std::string>>& flags);

// A number of bytes: "-1" is none, and units are powers of 1024 ("64m", "1.5GiB").
Result<int64_t> Bytes(const std::string& text);

}  // namespace loadline::runtime
