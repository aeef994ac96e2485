// SPDX-License-Identifier: Apache-2.0
// The top of a page: "may I use it?", answered in words before any number.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

// For each subject: its name, the answer, what it rests on, and what exactly was judged.
std::string Answers(const Report& report);

// How many results there are of each verdict.
std::string Tiles(const Report& report);

}  // namespace loadline::reports
