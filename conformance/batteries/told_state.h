// SPDX-License-Identifier: Apache-2.0
// What a candidate's state tells of a container.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace loadline::conformance {

struct ToldState {
  std::string status;  // "nothing that is a state": there is none
  pid_t pid = 0;       // none is told
};

// Reads the document that `state` printed.
ToldState ReadState(std::string_view output);

}  // namespace loadline::conformance
