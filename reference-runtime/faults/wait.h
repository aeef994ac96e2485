// SPDX-License-Identifier: Apache-2.0
// While one lives, calls that wait are interrupted twenty times a second, so that whoever waits for
// any child by waitpid(2) looks at his deadline.
#pragma once

namespace loadline::faults {

class Ticks {
 public:
  Ticks();
  ~Ticks();
  Ticks(const Ticks&) = delete;
  Ticks& operator=(const Ticks&) = delete;
};

}  // namespace loadline::faults
