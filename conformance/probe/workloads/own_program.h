// SPDX-License-Identifier: Apache-2.0
// The program itself as a file: there is no other one in every bundle.
#pragma once

#include <unistd.h>

namespace loadline::probe {

// Its path in a container and in a twin; elsewhere (in a test) the way to it through /proc.
inline const char* OwnProgram() {
  constexpr const char* kInContainer = "/loadline-probe";
  static const bool there = access(kInContainer, X_OK) == 0;
  return there ? kInContainer : "/proc/self/exe";
}

}  // namespace loadline::probe
