// SPDX-License-Identifier: Apache-2.0
// Which errors a system call can plausibly fail with, so that a fault that is injected is one that
// a host can show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadline::faults {

struct CallFaults {
  long number;
  std::string_view name;
  std::vector<int> errors;          // those to inject; empty: none
  std::string_view exempt_because;  // why there are none
  // The call is made all the same, and only its answer is changed: close gives its descriptor back
  // whatever it says.
  bool made_anyway = false;
};

// nullptr for a call that is not in the table.
const CallFaults* FindFaults(long number);
const std::vector<CallFaults>& AllFaults();
// The name, or "call 123".
std::string CallName(long number);
// What the C library does before main, which is no decision of the runtime's: passed over until the
// first other call.
bool IsStartUp(long number);
// The error of the given variant, in turn; 0 when the call is exempt. A call that is not in the
// table fails with EINVAL, so that a new one is not passed over in silence.
int ErrorFor(long number, size_t variant);
// How many errors there are to try.
size_t ErrorCount(long number);
// "EMFILE"; a number for one without a name.
std::string ErrorName(int number);

}  // namespace loadline::faults
