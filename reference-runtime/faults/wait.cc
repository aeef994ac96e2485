// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/wait.h"

#include <signal.h>
#include <sys/time.h>

namespace loadline::faults {
namespace {

volatile sig_atomic_t interrupted = 0;

void SetTimer(int microseconds) {
  itimerval timer{};
  timer.it_interval.tv_usec = microseconds;
  timer.it_value.tv_usec = microseconds;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

void NoteInterruptions() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

bool Interrupted() { return interrupted != 0; }

Ticks::Ticks() {
  struct sigaction action {};
  action.sa_handler = [](int) {};  // without SA_RESTART
  sigaction(SIGALRM, &action, nullptr);
  SetTimer(50'000);
}

Ticks::~Ticks() { SetTimer(0); }

}  // namespace loadline::faults
