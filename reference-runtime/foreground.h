// SPDX-License-Identifier: Apache-2.0
// What `run` does besides create and start: it passes signals on, carries a terminal's bytes, and
// waits for the end.
#pragma once

#include <termios.h>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::runtime {

struct Context;

class Foreground {
 public:
  // Before create: blocks the signals that are passed on later, and offers the container a console
  // socket of its own when the process has a terminal and the caller named none.
  static Result<Foreground> Prepare(Context& context, bool detach);
  Foreground(Foreground&&) noexcept = default;
  ~Foreground();

  // After create: takes the terminal's master.
  void Begin(Context& context);
  // Returns the exit status, 128 + signal when a signal ended the process.
  Result<int> WaitForEnd(pid_t pid);

 private:
  Foreground() = default;
  void CopyWindowSize();  // of the caller's terminal
  UniqueFd signals_;
  UniqueFd console_;  // our end of the console socket
  UniqueFd master_;
  bool restore_terminal_ = false;
  termios saved_{};
};

}  // namespace loadline::runtime
