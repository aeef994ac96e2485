// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/faults/tracer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "base/call_table.h"
#include "reference-runtime/faults/wait.h"

namespace loadline::faults {
namespace {

constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                          PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

struct Tracee {
  bool starting = false;   // before its main
  bool library = false;    // the C library has begun
  bool overwrite = false;  // the answer of the call that it is in
  bool resting = false;    // it waits for whoever calls start
};

class Tracer {
 public:
  explicit Tracer(const TraceOptions& options)
      : options_(options), deadline_(Deadline::After(options.patience)) {}

  Result<Trace> Run();

 private:
  Result<void> Spawn();
  void Join(pid_t pid);
  bool Over();
  void Handle(pid_t pid, int status);
  void Announce(pid_t parent);
  void Ended(pid_t pid, int status);
  void Executed(pid_t pid);
  void Called(pid_t pid);
  void Enter(pid_t pid, long number);
  void Strike(pid_t pid, long number);
  void Resume(pid_t pid, int signal);
  void Release(pid_t pid);
  void ReleaseAll();
  void KillAll();

  const TraceOptions& options_;
  Deadline deadline_;
  Trace trace_;
  pid_t runtime_ = 0;
  bool runtime_ended_ = false;
  bool counting_ = false;  // from the runtime's first exec on
  std::map<pid_t, Tracee> tracees_;
  std::set<pid_t> seen_;  // those that have reported something
};

// The child stands still until it is traced, so that its first call is seen.
Result<void> Tracer::Spawn() {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) return CallError("pipe2");
  std::vector<char*> argv;
  for (const std::string& word : options_.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  runtime_ = fork();
  if (runtime_ < 0) return CallError("fork");
  if (runtime_ == 0) {
    setsid();
    const int null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null_device, 0);
    dup2(options_.standard_output < 0 ? null_device : options_.standard_output, 1);
    dup2(options_.standard_error < 0 ? null_device : options_.standard_error, 2);
    close(gate[1]);
    char byte = 0;
    while (read(gate[0], &byte, 1) < 0 && errno == EINTR) continue;
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(gate[0]);
  const bool seized = ptrace(PTRACE_SEIZE, runtime_, nullptr, kOptions) == 0;
  Error error = CallError("ptrace", "PTRACE_SEIZE");
  close(gate[1]);
  if (!seized) {
    kill(runtime_, SIGKILL);
    waitpid(runtime_, nullptr, 0);
    return error;
  }
  tracees_[runtime_];
  return {};
}

void Tracer::Join(pid_t pid) {
  if (ptrace(PTRACE_SEIZE, pid, nullptr, kOptions) != 0) return;  // it has ended
  ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
  tracees_[pid];
}

// A process that was just made is traced and stands still, whether or not it has said so yet.
void Tracer::Announce(pid_t parent) {
  unsigned long made = 0;
  if (ptrace(PTRACE_GETEVENTMSG, parent, nullptr, &made) != 0) return;
  if (seen_.count(static_cast<pid_t>(made)) == 0) tracees_[static_cast<pid_t>(made)];
}

bool MakesProcess(int event) {
  return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE;
}

void Tracer::Ended(pid_t pid, int status) {
  if (tracees_.erase(pid) == 0) return;  // an orphan of an earlier operation
  if (pid != runtime_) return;
  runtime_ended_ = true;
  trace_.status.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  trace_.status.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  // What it left behind gets a while to come to rest.
  deadline_ = Deadline::Earlier(deadline_, Deadline::After(std::chrono::seconds(3)));
}

void Tracer::Executed(pid_t pid) {
  if (pid != runtime_) {
    Release(pid);  // it is the payload now, or a hook
    return;
  }
  counting_ = true;
  tracees_[pid] = {.starting = true};
  Resume(pid, 0);
}

// One call goes wrong. A process that is killed on its way into a call does not make it.
void Tracer::Strike(pid_t pid, long number) {
  const FaultKind kind = options_.fault.kind;
  trace_.done = true;
  if (kind == FaultKind::kErrno) {
    trace_.error = ErrorFor(number, options_.fault.variant);
    tracees_[pid].overwrite = true;
    const CallFaults* faults = FindFaults(number);
    if (faults == nullptr || !faults->made_anyway)
      ptrace(PTRACE_POKEUSER, pid, offsetof(user_regs_struct, orig_rax), -1L);
    return;
  }
  for (const auto& [other, tracee] : tracees_) {
    const bool meant = kind == FaultKind::kKillCaller    ? other == pid
                       : kind == FaultKind::kKillRuntime ? other == runtime_
                                                         : other != runtime_;
    if (!meant) continue;
    kill(other, SIGKILL);
    (other == runtime_ ? trace_.killed_runtime : trace_.killed_container) = true;
  }
}

void Tracer::Enter(pid_t pid, long number) {
  Tracee& tracee = tracees_[pid];
  // The runtime makes some calls of its own before the C library begins: those count.
  tracee.library = tracee.library || number == SYS_set_tid_address;
  if (tracee.starting && IsStartUp(number)) return;
  if (tracee.library) tracee.starting = false;
  if (trace_.done || !counting_ || ErrorCount(number) == 0) return;
  trace_.calls.push_back({number, pid == runtime_});
  if (options_.fault.kind != FaultKind::kNone && trace_.calls.size() == options_.fault.at)
    Strike(pid, number);
}

void Tracer::Called(pid_t pid) {
  __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    const long number = static_cast<long>(info.entry.nr);
    Enter(pid, number);
    tracees_[pid].resting = number == SYS_accept4 && !tracees_[pid].overwrite;
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    tracees_[pid].resting = false;
    if (std::exchange(tracees_[pid].overwrite, false))
      ptrace(PTRACE_POKEUSER, pid, offsetof(user_regs_struct, rax),
             -static_cast<long>(trace_.error));
  }
  Resume(pid, 0);
}

// Once the fault has come to pass nobody looks at the calls any more.
void Tracer::Resume(pid_t pid, int signal) {
  const bool look = !trace_.done || tracees_[pid].overwrite;
  ptrace(look ? PTRACE_SYSCALL : PTRACE_CONT, pid, nullptr, static_cast<long>(signal));
}

void Tracer::Release(pid_t pid) {
  ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  tracees_.erase(pid);
}

void Tracer::Handle(pid_t pid, int status) {
  if (WIFEXITED(status) || WIFSIGNALED(status)) return Ended(pid, status);
  if (!WIFSTOPPED(status)) return;
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (signal == (SIGTRAP | 0x80)) return Called(pid);
  if (event == PTRACE_EVENT_EXEC) return Executed(pid);
  if (event == PTRACE_EVENT_STOP && (signal == SIGSTOP || signal == SIGTSTP)) {
    ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);
    return;
  }
  if (MakesProcess(event)) Announce(pid);
  // A process that is new, or an event of one that is known.
  Resume(pid, event != 0 ? 0 : signal);
}

// In the order in which they report: process 1 of a pid namespace does not end before those in it
// that are traced as well.
void Tracer::ReleaseAll() {
  for (const auto& [pid, tracee] : tracees_) ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
  const Deadline deadline = Deadline::After(std::chrono::seconds(5));
  while (!tracees_.empty() && !deadline.Passed()) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno != EINTR) break;
    if (pid < 0) continue;  // a tick
    if (WIFSTOPPED(status)) {
      if (MakesProcess(status >> 16)) Announce(pid);
      const bool passed = status >> 16 == 0 && WSTOPSIG(status) != (SIGTRAP | 0x80);
      ptrace(PTRACE_DETACH, pid, nullptr, static_cast<long>(passed ? WSTOPSIG(status) : 0));
    }
    seen_.insert(pid);
    tracees_.erase(pid);
  }
}

void Tracer::KillAll() {
  for (const auto& [pid, tracee] : tracees_) kill(pid, SIGKILL);
  while (!tracees_.empty()) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno != EINTR) break;
    if (pid > 0 && WIFSTOPPED(status)) {
      kill(pid, SIGKILL);  // one that was being made
      ptrace(PTRACE_CONT, pid, nullptr, nullptr);
    } else if (pid > 0) {
      Ended(pid, status);
    }
  }
}

bool Tracer::Over() {
  if (!runtime_ended_) return false;
  // After the fault nothing is looked for any more, once the answer to its call is given; before it
  // the others come to rest first.
  return std::all_of(tracees_.begin(), tracees_.end(), [this](const auto& entry) {
    return trace_.done ? !entry.second.overwrite : entry.second.resting;
  });
}

Result<Trace> Tracer::Run() {
  RETURN_IF_ERROR(Spawn());
  if (options_.container > 0) Join(options_.container);
  while (!Over()) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid > 0) {
      if (seen_.insert(pid).second && WIFSTOPPED(status)) tracees_[pid];
      Handle(pid, status);
    }
    if (pid < 0 && errno != EINTR) break;
    if (!deadline_.Passed() || Over()) continue;
    if (runtime_ended_) break;
    trace_.timed_out = true;
    KillAll();
  }
  ReleaseAll();
  return trace_;
}

}  // namespace

Result<Trace> RunTraced(const TraceOptions& options) {
  const Ticks ticks;
  return Tracer(options).Run();
}

}  // namespace loadline::faults
