// SPDX-License-Identifier: Apache-2.0
// A second process for work that needs two.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace loadline::probe {

// Started by its constructor; it ends with `serve`, or with us.
class Partner {
 public:
  // `serve` says whether all went well.
  template <class F>
  explicit Partner(F&& serve) : pid_(fork()) {
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(serve() ? 0 : 1);
  }
  Partner(const Partner&) = delete;
  Partner& operator=(const Partner&) = delete;
  ~Partner() { Join(); }

  bool Started() const { return pid_ > 0; }
  // Waits for its end, which has to be near: close what it reads from. Whether all went well.
  bool Join() {
    if (pid_ <= 0) return false;
    int status = 1;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status == 0;
  }

 private:
  pid_t pid_;
};

}  // namespace loadline::probe
