// SPDX-License-Identifier: Apache-2.0
// Work of two processes: starting one, and taking turns with one.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "conformance/probe/workload.h"
#include "conformance/probe/workloads/own_program.h"
#include "conformance/probe/workloads/partner.h"

namespace loadline::probe {
namespace {

// A function of its own: a variable of the caller's would be at risk where vfork returns twice.
bool ExecuteOnce() {
  const char* const program = OwnProgram();
  const pid_t pid = vfork();
  if (pid == 0) {
    execl(program, program, "nothing", nullptr);
    _exit(1);
  }
  int status = 1;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return pid > 0 && status == 0;
}

bool ForkAndExecute(int64_t count, Stopwatch&) {
  for (int64_t i = 0; i < count; ++i) {
    if (!ExecuteOnce()) return false;
  }
  return true;
}

bool SendBack(int from, int to) {
  char byte = 0;
  while (read(from, &byte, 1) == 1) {
    if (write(to, &byte, 1) != 1) return false;
  }
  return true;
}

bool AskAndHear(int ask, int hear) {
  char byte = 'a';
  return write(ask, &byte, 1) == 1 && read(hear, &byte, 1) == 1;
}

// A byte there and back, over two pipes: two switches on one processor.
bool SwitchByPipe(int64_t count, Stopwatch& watch) {
  int there[2];
  int back[2];
  if (pipe(there) != 0) return false;
  UniqueFd there_read(there[0]);
  UniqueFd ask(there[1]);
  if (pipe(back) != 0) return false;
  UniqueFd hear(back[0]);
  UniqueFd back_write(back[1]);
  Partner partner([&] {
    ask.Reset();
    return SendBack(there_read.get(), back_write.get());
  });
  back_write.Reset();
  bool done = partner.Started() && AskAndHear(ask.get(), hear.get());
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i) done = AskAndHear(ask.get(), hear.get());
  watch.Stop();
  ask.Reset();
  return partner.Join() && done;
}

}  // namespace

WorkloadArea ProcessesWorkloads() {
  return {"processes",
          "starting a process, and taking turns with one",
          {{"fork-exec", "starting a program", 0.10,
            "a start takes hundreds of page faults and reads a program from the container's files",
            ForkAndExecute, 12},
           {"pipe-switch", "taking turns with another process over a pipe", 0.10,
            "the scheduler goes through the container's own groups, a few levels further down",
            SwitchByPipe, 4}}};
}

}  // namespace loadline::probe
