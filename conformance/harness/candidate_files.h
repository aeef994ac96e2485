// SPDX-License-Identifier: Apache-2.0
// The files that the verdicts on a candidate rest on, so that it can be said later whether it is
// still the one that was judged.
#pragma once

#include <vector>

#include "conformance/harness/profile.h"
#include "reports/model.h"

namespace loadline::conformance {

// The program of a resolved profile, the programs that it calls, what has to stand beside it, and
// the interpreters and libraries of them all, by path. What cannot be read is left out. Nothing of
// the candidate is run.
std::vector<reports::SubjectFile> FilesOf(const Profile& profile);

}  // namespace loadline::conformance
