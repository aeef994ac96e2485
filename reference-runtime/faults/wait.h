// SPDX-License-Identifier: Apache-2.0
// Being interrupted: by a clock, and by whoever wants the program to end.
#pragma once

namespace loadline::faults {

// From here on SIGINT, SIGTERM and SIGHUP are noted, because a scene has to be cleaned first.
void NoteInterruptions();
bool Interrupted();

// While one lives, calls that wait are interrupted twenty times a second, so that whoever waits for
// any child by waitpid(2) looks at his deadline.
class Ticks {
 public:
  Ticks();
  ~Ticks();
  Ticks(const Ticks&) = delete;
  Ticks& operator=(const Ticks&) = delete;
};

}  // namespace loadline::faults
