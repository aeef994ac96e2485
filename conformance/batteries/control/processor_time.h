// SPDX-License-Identifier: Apache-2.0
// Measuring processor time, and the noise of the machine while it is measured.
#pragma once

#include <chrono>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::control {

// Processor time over wall time: 1.0 is one processor.
struct Use {
  double processors = 0;
  double seconds = 0;  // the window
};

// What a container uses while `count` of its processes want all they can get.
Result<Use> UseOf(Rig& rig, Container& container, int count, std::chrono::milliseconds window);

// The share of so many processors that this machine gave to processes without any limit just now.
Result<double> Available(Rig& rig, int count, std::chrono::milliseconds window);

}  // namespace loadline::conformance::control
