// SPDX-License-Identifier: Apache-2.0
// Moments as certificates write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace loadline::reports::certificates {

// Seconds since 1970, UTC.
using Moment = int64_t;
inline constexpr Moment kDay = 86400;

// "2026-11-28T20:15:00Z".
std::string ToText(Moment moment);
// Nothing for every other form, and for days that are not in the calendar.
std::optional<Moment> MomentFromText(const std::string& text);
// By the clock of this machine.
Moment CurrentMoment();

}  // namespace loadline::reports::certificates
