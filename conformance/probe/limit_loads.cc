// SPDX-License-Identifier: Apache-2.0
// How far the resource limits of getrlimit(2) let a process go. Each is tried in a child, which
// tells by shared memory how far it came.
#include <alloca.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <new>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr size_t kPage = 4096;

// What a child leaves behind, whatever ends it.
struct Reach {
  std::atomic<int64_t> amount = 0;
  std::atomic<int64_t> before = 0;  // what was in use when it began, where that counts too
};

// Each goes as far as it can and returns the errno that stopped it, 0 when it went `most` far.
using Go = int (*)(int64_t most, Reach& reach);

int OpenFiles(int64_t most, Reach& reach) {
  for (int64_t i = 0; i < most; ++i) {
    const int fd = open("/", O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    // Numbers are given out from below, so the highest tells how many can be open.
    reach.amount = std::max<int64_t>(reach.amount.load(), fd + 1);
  }
  return 0;
}

int WriteFile(int64_t most, Reach& reach) {
  const char* path = "/tmp/loadline-size";
  const UniqueFd fd(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return errno;
  unlink(path);
  const std::array<char, 512> block{};
  while (reach.amount < most) {
    const ssize_t count = write(fd.get(), block.data(), block.size());
    if (count < 0) return errno;
    reach.amount += count;
  }
  return 0;
}

int MapAddresses(int64_t most, Reach& reach) {
  constexpr size_t kStep = 16 << 20;
  reach.before = std::atoll(ReadText("/proc/self/statm").c_str()) * static_cast<int64_t>(kPage);
  while (reach.amount < most) {
    void* const memory = mmap(nullptr, kStep, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    reach.amount += static_cast<int64_t>(kStep);
  }
  return 0;
}

int LockMemory(int64_t most, Reach& reach) {
  const size_t size = static_cast<size_t>(most);
  void* const memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  for (size_t at = 0; at < size; at += kPage) {
    if (mlock(static_cast<char*>(memory) + at, kPage) != 0) return errno;
    reach.amount += static_cast<int64_t>(kPage);
  }
  return 0;
}

// Page by page downwards, until there is no more of the stack.
[[gnu::noinline]] int GrowStack(int64_t most, Reach& reach) {
  while (reach.amount < most) {
    auto* const page = static_cast<volatile char*>(alloca(kPage));
    page[0] = 1;
    reach.amount += static_cast<int64_t>(kPage);
  }
  return 0;
}

int Nicer(int64_t most, Reach& reach) {
  for (int nice = 0; reach.amount < most; ++reach.amount) {
    if (setpriority(PRIO_PROCESS, 0, --nice) != 0) return errno;
  }
  return 0;
}

int HigherPriority(int64_t most, Reach& reach) {
  for (sched_param wanted{1}; reach.amount < most; ++wanted.sched_priority) {
    if (sched_setscheduler(0, SCHED_RR, &wanted) != 0) return errno;
    reach.amount = wanted.sched_priority;
  }
  return 0;
}

struct Limit {
  const char* name;
  Go go;
};
constexpr Limit kLimits[] = {
    {"RLIMIT_AS", MapAddresses}, {"RLIMIT_FSIZE", WriteFile},  {"RLIMIT_MEMLOCK", LockMemory},
    {"RLIMIT_NICE", Nicer},      {"RLIMIT_NOFILE", OpenFiles}, {"RLIMIT_RTPRIO", HigherPriority},
    {"RLIMIT_STACK", GrowStack},
};

// {"limit": "RLIMIT_NOFILE", "most": N}: how far it went, and what stopped it.
Json GoAsFar(const Json& message) {
  const std::string name = message.value("limit", "");
  const auto* found = std::find_if(std::begin(kLimits), std::end(kLimits),
                                   [&](const Limit& one) { return name == one.name; });
  if (found == std::end(kLimits)) return {{"error", "nothing is known of the limit " + name}};
  void* const shared =
      mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return {{"error", ErrnoName(errno)}};
  Reach& reach = *new (shared) Reach;
  const auto most = message.value("most", int64_t{1000});
  Json answer{{"end", InChild([&] { return found->go(most, reach); })}};
  answer["amount"] = reach.amount.load();
  answer["before"] = reach.before.load();
  munmap(shared, kPage);
  return answer;
}

// Whether a process that is ended by a signal for which there is one leaves a core: with the limit
// that it has, or, for who wants to know whether this host writes any, with the highest. It would
// lie in "directory".
Json DumpCore(const Json& message) {
  const pid_t pid = fork();
  if (pid == 0) {
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (message.value("highest", false)) setrlimit(RLIMIT_CORE, &limit);
    if (chdir(message.value("directory", "/").c_str()) != 0) _exit(1);
    signal(SIGQUIT, SIG_DFL);
    raise(SIGQUIT);
    _exit(1);
  }
  if (pid < 0) return {{"error", ErrnoName(errno)}};
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return {{"end", AnswerOf(status)}, {"dumped", WIFSIGNALED(status) && WCOREDUMP(status)}};
}

}  // namespace

Json ObeyLimitLoad(const std::string& word, const Json& message) {
  if (word == "go-as-far") return GoAsFar(message);
  if (word == "dump-core") return DumpCore(message);
  return nullptr;
}

}  // namespace loadline::probe
