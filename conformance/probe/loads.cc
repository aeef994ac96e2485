// SPDX-License-Identifier: Apache-2.0
// Loads that limits have to hold: processor time and devices. Everything that is started ends with
// the probe.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "base/unique_fd.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

std::vector<pid_t> spinners;

void SpinUntil(Clock::time_point end) {
  while (Clock::now() < end) {
    for (int i = 0; i < 1000; ++i) asm volatile("");
  }
}

// Children that use all the processor time they get, for a while.
Json Spin(const Json& message) {
  const Clock::time_point end =
      Clock::now() + std::chrono::milliseconds(message.value("milliseconds", 100));
  for (int i = 0; i < message.value("count", 1); ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      SpinUntil(end);
      _exit(0);
    }
    if (pid > 0) spinners.push_back(pid);
  }
  return {{"spinning", spinners.size()}, {"pids", spinners}};
}

double ProcessorSeconds(clockid_t clock) {
  timespec used{};
  clock_gettime(clock, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// Uses so much processor time itself, in one go, and tells how long that took.
Json Burn(const Json& message) {
  // Before the processor's: what passes between the two was not used by the loop, and an emulator
  // takes its time there.
  const Clock::time_point begin = Clock::now();
  const double end = ProcessorSeconds(CLOCK_PROCESS_CPUTIME_ID) +
                     static_cast<double>(message.value("microseconds", int64_t{1000})) / 1e6;
  while (ProcessorSeconds(CLOCK_PROCESS_CPUTIME_ID) < end) {
    for (int i = 0; i < 1000; ++i) asm volatile("");
  }
  return {{"wallSeconds", std::chrono::duration<double>(Clock::now() - begin).count()}};
}

// Waits until their time is over; with "now" it is over.
Json JoinSpinners(const Json& message) {
  const size_t count = spinners.size();
  if (message.value("now", false)) {
    for (const pid_t pid : spinners) kill(pid, SIGKILL);
  }
  double seconds = 0;
  for (const pid_t pid : spinners) {
    rusage usage{};
    while (wait4(pid, nullptr, 0, &usage) < 0 && errno == EINTR) {
    }
    for (const timeval& part : {usage.ru_utime, usage.ru_stime})
      seconds += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
  }
  spinners.clear();
  return {{"joined", count}, {"processorSeconds", seconds}};
}

// On which processors the process may run, and on which it was seen while it ran: between two looks
// it uses time, and offers to go elsewhere.
Json SampleProcessors(const Json& message) {
  std::set<int> allowed;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) allowed.insert(cpu);
    }
  }
  std::set<int> seen;
  for (int i = 0; i < message.value("samples", 200); ++i) {
    seen.insert(sched_getcpu());
    SpinUntil(Clock::now() + std::chrono::microseconds(100));
    sched_yield();
  }
  return {{"allowed", allowed}, {"seen", seen}};
}

int FlagsOf(const std::string& access) {
  return (access == "r"   ? O_RDONLY
          : access == "w" ? O_WRONLY
                          : O_RDWR) |
         O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
}

Json OpenPath(const Json& message) {
  const UniqueFd fd(open(message.value("path", "").c_str(), FlagsOf(message.value("access", "r"))));
  return {{"opened", fd ? "ok" : ErrnoName(errno)}};
}

// Makes a device node and removes it again; with `access` it is opened in between.
Json MakeNode(const Json& message) {
  const std::string path = message.value("path", "");
  const mode_t type = message.value("type", "c") == "b" ? S_IFBLK : S_IFCHR;
  const dev_t device = makedev(message.value("major", 0U), message.value("minor", 0U));
  if (mknod(path.c_str(), type | 0600, device) != 0) return {{"made", ErrnoName(errno)}};
  Json answer = {{"made", "ok"}};
  if (message.contains("access")) answer["opened"] = OpenPath(message)["opened"];
  unlink(path.c_str());
  return answer;
}

}  // namespace

Json ObeyLoad(const std::string& word, const Json& message) {
  if (word == "spin") return Spin(message);
  if (word == "join") return JoinSpinners(message);
  if (word == "burn") return Burn(message);
  if (word == "sample-processors") return SampleProcessors(message);
  if (word == "open") return OpenPath(message);
  if (word == "make-node") return MakeNode(message);
  return nullptr;
}

}  // namespace loadline::probe
