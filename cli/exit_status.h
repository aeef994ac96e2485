// SPDX-License-Identifier: Apache-2.0
// Exit statuses, which scripts rely on.
#pragma once

#include "base/result.h"

namespace loadline::cli {

inline constexpr int kConforms = 0;
inline constexpr int kDoesNotConform = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kUnreadable = 3;
inline constexpr int kCannotJudge = 4;
inline constexpr int kOurDefect = 70;
inline constexpr int kInterrupted = 130;

// What an error means for scripts.
int ExitStatusOf(const Error& error);

}  // namespace loadline::cli
