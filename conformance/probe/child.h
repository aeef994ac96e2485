// SPDX-License-Identifier: Apache-2.0
// Something tried in a child process, so that being killed for it is an observation and not the end
// of the probe.
#pragma once

#include <string>

namespace loadline::probe {

// `try_it` returns 0 or an errno. The answer is "ok", the errno's name, or the name of the signal
// that ended the child ("SIGSYS").
template <class F>
std::string InChild(F&& try_it);

std::string AnswerOf(int wait_status);

}  // namespace loadline::probe

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace loadline::probe {

template <class F>
std::string InChild(F&& try_it) {
  const pid_t pid = fork();
  if (pid < 0) return "unknown: fork failed";
  if (pid == 0) _exit(try_it());
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return AnswerOf(status);
}

}  // namespace loadline::probe
