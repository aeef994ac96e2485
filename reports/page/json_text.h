// SPDX-License-Identifier: Apache-2.0
// A JSON document for people: what fits on a line stays on it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace loadline::reports {

// At most about `most` bytes; what is left out, because it is long or nested deeper than anybody
// reads, is shown as "…". Bytes that are not UTF-8 are replaced.
std::string JsonText(const nlohmann::json& document, size_t most);

}  // namespace loadline::reports
