// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/failed_calls.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/call_table.h"
#include "conformance/probe/call_trace.h"

namespace loadline::probe {
namespace {

// What programs try and do without.
constexpr int kEveryDay[] = {ENOENT, EAGAIN, EINTR,   ECHILD,   ENOTTY,      ESRCH,
                             EEXIST, ESPIPE, ENODATA, ENOTCONN, EINPROGRESS, ETIMEDOUT};

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// In the child: waits for its tracer, and becomes the command.
[[noreturn]] void BecomeTraced(char* const* argv, char* const* environment) {
  setsid();
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
  (void)StopForTracer();
  execve(argv[0], argv, environment);
  _exit(127);
}

bool IsEveryDay(int error) {
  return std::find(std::begin(kEveryDay), std::end(kEveryDay), error) != std::end(kEveryDay);
}

}  // namespace

std::vector<std::string> FailedCalls(const std::vector<std::string>& argv,
                                     const std::vector<std::string>& environment,
                                     std::chrono::milliseconds most) {
  if (argv.empty()) return {};
  const std::vector<char*> words = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);
  // Who waits is interrupted when the time is over.
  struct sigaction interrupt {};
  struct sigaction before {};
  interrupt.sa_handler = [](int) {};
  sigaction(SIGALRM, &interrupt, &before);
  itimerval timer{};
  timer.it_value = {most.count() / 1000, most.count() % 1000 * 1000};
  const pid_t pid = fork();
  if (pid == 0) BecomeTraced(words.data(), variables.data());
  if (pid < 0) return {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  std::vector<std::string> failed;
  TraceCalls(pid, [&](const TracedCall& call) {
    if (call.error == 0 || IsEveryDay(call.error)) return;
    failed.push_back(faults::CallName(call.number) + "(" + call.about +
                     "): " + faults::ErrorName(call.error));
  });
  timer = {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  return failed;
}

}  // namespace loadline::probe
