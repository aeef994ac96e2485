// SPDX-License-Identifier: Apache-2.0
// A report with one of everything, for the tests of this folder.
#pragma once

#include "reports/model.h"

namespace loadline::reports {

// A certification with a pass, an unexpected failure whose texts try to break out of every format,
// a known deviation, a stale expectation and a case that the host cannot show.
Report SampleCertification();
// A validation with an error and a warning.
Report SampleValidation();

}  // namespace loadline::reports
