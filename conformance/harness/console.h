// SPDX-License-Identifier: Apache-2.0
// Console: the socket on which a runtime hands over the master of a container's terminal.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::conformance {

class Console {
 public:
  // Listens on a new Unix socket at the path.
  static Result<Console> Listen(const std::string& path);

  // For poll(): the descriptor to wait for; -1 once the master has come.
  int fd() const { return master_ ? -1 : connection_ ? connection_.get() : listener_.get(); }
  // Takes a step if there is something to take, without waiting.
  void Receive();
  // Makes the terminal raw and hands it over as both ends; false when none has come.
  bool TakeOver(UniqueFd& input, UniqueFd& output);

 private:
  UniqueFd listener_;
  UniqueFd connection_;
  UniqueFd master_;
};

}  // namespace loadline::conformance
