// SPDX-License-Identifier: Apache-2.0
// A comparison with one of everything, for the tests of this folder.
#pragma once

#include "reports/parity/comparison.h"

namespace loadline::reports {

// Two candidates, with a check in which they differ, one that the other cannot be asked, one that
// is the same for both, and a figure.
Comparison SampleComparison();

}  // namespace loadline::reports
