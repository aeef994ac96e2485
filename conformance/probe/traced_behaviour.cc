// SPDX-License-Identifier: Apache-2.0
// Which system calls a behaviour makes: it is done once more, under trace.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include "base/pipe.h"
#include "conformance/probe/behaviour.h"

namespace loadline::probe {
namespace {

constexpr unsigned kSeconds = 3;
constexpr size_t kMost = 64;  // different calls

// Of linux/ptrace.h, which does not go together with the library's.
struct SyscallInfo {
  uint8_t op;
  uint8_t pad[3];
  uint32_t arch;
  uint64_t instruction_pointer;
  uint64_t stack_pointer;
  uint64_t number;
  uint64_t arguments[6];
};
constexpr auto kGetSyscallInfo = static_cast<__ptrace_request>(0x420e);
constexpr uint8_t kEntry = 1;

constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                          PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;

// What alarm(2) is.
#ifdef SYS_alarm
constexpr long kAlarm = SYS_alarm;
#else
constexpr long kAlarm = SYS_setitimer;
#endif

// What was seen from the moment on at which the behaviour begins, which is a call of alarm(2).
struct Record {
  bool begun = false;
  std::vector<long> calls;
};

void Note(pid_t pid, Record& record) {
  SyscallInfo info{};
  if (ptrace(kGetSyscallInfo, pid, sizeof info, &info) <= 0 || info.op != kEntry) return;
  const long number = static_cast<long>(info.number);
  std::vector<long>& calls = record.calls;
  if (!record.begun) {
    record.begun = number == kAlarm;
  } else if (number != SYS_exit_group && calls.size() < kMost &&
             std::find(calls.begin(), calls.end(), number) == calls.end()) {
    calls.push_back(number);
  }
}

bool Stops(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

// Lets a stopped process go on as it would have without us.
void GoOn(pid_t pid, int status, Record& record) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  const bool of_call = signal == (SIGTRAP | 0x80);
  if (of_call) Note(pid, record);
  if (event == PTRACE_EVENT_STOP && Stops(signal)) {
    ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);
    return;
  }
  const intptr_t delivered = of_call || event != 0 ? 0 : signal;
  ptrace(PTRACE_SYSCALL, pid, nullptr, delivered);
}

// In a process of its own, whose end is the end of all that it traces.
std::vector<long> Trace(const Behaviour& behaviour) {
  int gate[2];
  if (pipe(gate) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    char go = 0;
    if (read(gate[0], &go, 1) != 1) _exit(1);
    alarm(kSeconds);
    (void)behaviour.observe();
    _exit(0);
  }
  Record record;
  if (child < 0 || ptrace(PTRACE_SEIZE, child, nullptr, kOptions) != 0) return {};
  ptrace(PTRACE_INTERRUPT, child, nullptr, nullptr);  // from this stop on its calls are seen
  (void)!write(gate[1], "g", 1);
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0 || (pid == child && !WIFSTOPPED(status))) return record.calls;
    if (WIFSTOPPED(status)) GoOn(pid, status, record);
  }
}

std::string ReadSoon(int fd) {
  std::string text(4096, '\0');
  pollfd entry{fd, POLLIN, 0};
  const int ready = poll(&entry, 1, (static_cast<int>(kSeconds) + 1) * 1000);
  const ssize_t count = ready > 0 ? read(fd, text.data(), text.size()) : 0;
  text.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
  return text;
}

std::vector<long> Numbers(const std::string& text) {
  std::vector<long> numbers;
  std::istringstream words(text);
  for (long number = 0; words >> number;) numbers.push_back(number);
  return numbers;
}

}  // namespace

std::vector<long> CallsOf(const Behaviour& behaviour) {
  char directory[] = "/tmp/loadline-XXXXXX";
  auto answer = MakePipe();
  if (mkdtemp(directory) == nullptr || !answer) return {};
  const pid_t tracer = fork();
  if (tracer == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::string text;
    if (chdir(directory) != 0) _exit(1);
    for (const long number : Trace(behaviour))
      text += (text.empty() ? "" : " ") + std::to_string(number);
    (void)!write(answer->write.get(), text.data(), text.size());
    _exit(0);
  }
  answer->write.Reset();
  const std::string text = tracer < 0 ? "" : ReadSoon(answer->read.get());
  if (tracer > 0) {
    kill(tracer, SIGKILL);
    waitpid(tracer, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return Numbers(text);
}

}  // namespace loadline::probe
