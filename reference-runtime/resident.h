// SPDX-License-Identifier: Apache-2.0
// How little of this program stays in memory while a container waits, which may be for long.
#pragma once

namespace loadline::runtime {

// Lets go of what can be read in again (the program's code and constants) and of what the heap has
// left over. A few page faults later are the price, and that breakpoints which somebody has set in
// the code are gone, but for those on the runtime's own probes.
void KeepLittleResident();

}  // namespace loadline::runtime
