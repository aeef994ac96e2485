// SPDX-License-Identifier: Apache-2.0
// Work whose time is measured: {"tell": "work", "name": NAME, "count": N} answers with the
// nanoseconds that it took.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr const char* kOwnProgram = "/loadline-probe";
constexpr size_t kBlock = 4096;
constexpr size_t kFileBlocks = 64;

// Each does its work `count` times and says whether it could.
bool CallNothing(int64_t count) {
  for (int64_t i = 0; i < count; ++i) syscall(SYS_getppid);
  return true;
}

bool OpenAndClose(int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const int fd = open(kOwnProgram, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    close(fd);
  }
  return true;
}

bool ForkAndExecute(int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const pid_t pid = vfork();
    if (pid == 0) {
      execl(kOwnProgram, kOwnProgram, "nothing", nullptr);
      _exit(1);
    }
    int status = 1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (pid < 0 || status != 0) return false;
  }
  return true;
}

bool FaultPages(int64_t count) {
  const size_t size = static_cast<size_t>(count) * kBlock;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  // One page at a time, whatever the size of pages that the kernel would like.
  madvise(memory, size, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < size; at += kBlock) static_cast<volatile char*>(memory)[at] = 1;
  return munmap(memory, size) == 0;
}

bool WriteAndRead(int64_t count) {
  const char* path = "/tmp/loadline-work";
  const UniqueFd fd(open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::array<char, kBlock> block{};
  bool done = static_cast<bool>(fd);
  for (int64_t i = 0; done && i < count; ++i) {
    const auto at = static_cast<off_t>(static_cast<size_t>(i) % kFileBlocks * kBlock);
    done = pwrite(fd.get(), block.data(), kBlock, at) == static_cast<ssize_t>(kBlock) &&
           pread(fd.get(), block.data(), kBlock, at) == static_cast<ssize_t>(kBlock);
  }
  unlink(path);
  return done;
}

struct Workload {
  const char* name;
  bool (*run)(int64_t count);
};
constexpr Workload kWorkloads[] = {{"null-call", CallNothing},
                                   {"open-close", OpenAndClose},
                                   {"fork-exec", ForkAndExecute},
                                   {"page-fault", FaultPages},
                                   {"file-io", WriteAndRead}};

int64_t Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

}  // namespace

Json ObeyWork(const std::string& word, const Json& message) {
  if (word != "work") return nullptr;
  const std::string name = message.value("name", "");
  const auto* found = std::find_if(std::begin(kWorkloads), std::end(kWorkloads),
                                   [&](const Workload& one) { return name == one.name; });
  if (found == std::end(kWorkloads)) return {{"error", "there is no work " + name}};
  const int64_t begin = Now();
  const bool done = found->run(message.value("count", int64_t{1}));
  const int64_t end = Now();
  if (!done) return {{"error", name + ": " + ErrnoName(errno)}};
  return {{"nanoseconds", end - begin}};
}

}  // namespace loadline::probe
