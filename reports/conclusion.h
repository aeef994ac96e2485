// SPDX-License-Identifier: Apache-2.0
// What a report says of a subject in one breath, the same in every format.
#pragma once

#include <string>

#include "reports/model.h"

namespace loadline::reports {

struct Conclusion {
  std::string words;              // "conformant except for 2 known deviations"
  Verdict mood = Verdict::kPass;  // pass, warn or fail: the colour to say it in
  std::string answer;             // "may I use it?", in a sentence or two
};

// Agrees with ExitStatus(): "not as expected" is 1 or 70, "not judged" and "not finished" are 4,
// the others are 0.
Conclusion Conclude(const Report& report, const Subject& subject);

}  // namespace loadline::reports
