// SPDX-License-Identifier: Apache-2.0
// Memory that is taken, for a moment or to keep.
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/pipe.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr size_t kHugePage = size_t{2} << 20;

// Who keeps memory; 0: nobody.
pid_t holder = 0;

// Maps so much memory and writes to every page of it; an errno, or 0.
int Take(size_t bytes, bool huge) {
  constexpr int kTwoMiB = 21 << MAP_HUGE_SHIFT;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (huge ? MAP_HUGETLB | kTwoMiB : 0);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return errno;
  const size_t page = huge ? kHugePage : static_cast<size_t>(sysconf(_SC_PAGESIZE));
  for (size_t at = 0; at < bytes; at += page) static_cast<volatile char*>(memory)[at] = 1;
  return 0;
}

// Writes to every page of so much memory, in a child; with "huge", of pages of 2 MiB.
Json Touch(const Json& message) {
  const size_t bytes = message.value("bytes", size_t{0});
  const bool huge = message.value("huge", false);
  return {{"touched", InChild([bytes, huge] { return Take(bytes, huge); })}};
}

// The same in a child that keeps it: "ok" when it has it all, else how it ended.
Json Hold(const Json& message) {
  const size_t bytes = message.value("bytes", size_t{0});
  auto full = MakePipe();
  if (!full) return {{"held", ErrnoName(full.error().number)}};
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    full->read.Reset();
    const int error = Take(bytes, false);
    if (error != 0 || write(full->write.get(), "x", 1) != 1) _exit(error);
    WaitForSignal();
  }
  if (pid < 0) return {{"held", ErrnoName(errno)}};
  full->write.Reset();
  char byte = 0;
  ssize_t count = 0;
  while ((count = read(full->read.get(), &byte, 1)) < 0 && errno == EINTR) {
  }
  if (count == 1) {
    holder = pid;
    return {{"held", "ok"}};
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return {{"held", AnswerOf(status)}};
}

// Whether who keeps memory still lives. Who was killed for it is not waited for: a kill is not over
// before its memory is free.
Json IsHeld() {
  int status = 0;
  if (holder == 0) return {{"alive", false}};
  const pid_t ended = waitpid(holder, &status, WNOHANG);
  if (ended != holder) return {{"alive", true}};
  holder = 0;
  return {{"alive", false}, {"end", AnswerOf(status)}};
}

Json LetGo() {
  if (holder > 0) {
    kill(holder, SIGKILL);
    while (waitpid(holder, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  holder = 0;
  return {{"held", "nothing"}};
}

}  // namespace

Json ObeyMemoryLoad(const std::string& word, const Json& message) {
  if (word == "touch") return Touch(message);
  if (word == "hold") return Hold(message);
  if (word == "held") return IsHeld();
  if (word == "let-go") return LetGo();
  return nullptr;
}

}  // namespace loadline::probe
