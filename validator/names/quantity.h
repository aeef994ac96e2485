// SPDX-License-Identifier: Apache-2.0
// Quantities of appc's resource isolators: a number, bare or with a metric or binary suffix.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

namespace loadline::validator {

// A JSON string such as "1.5Gi" or "300m", or a number; nothing when it is none or below zero.
std::optional<long double> ReadQuantity(const nlohmann::json& quantity);

}  // namespace loadline::validator
