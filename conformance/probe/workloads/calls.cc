// SPDX-License-Identifier: Apache-2.0
// System calls of one process, and the faults of its pages.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conformance/probe/workload.h"
#include "conformance/probe/workloads/own_program.h"

namespace loadline::probe {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kMapping = 16 * kPage;

bool CallNothing(int64_t count, Stopwatch&) {
  for (int64_t i = 0; i < count; ++i) syscall(SYS_getppid);
  return true;
}

bool OpenAndClose(int64_t count, Stopwatch&) {
  for (int64_t i = 0; i < count; ++i) {
    const int fd = open(OwnProgram(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    close(fd);
  }
  return true;
}

void* MapFresh(size_t size) {
  return mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

bool MapAndUnmap(int64_t count, Stopwatch&) {
  for (int64_t i = 0; i < count; ++i) {
    void* memory = MapFresh(kMapping);
    if (memory == MAP_FAILED || munmap(memory, kMapping) != 0) return false;
  }
  return true;
}

bool FaultPages(int64_t count, Stopwatch& watch) {
  const size_t size = static_cast<size_t>(count) * kPage;
  void* memory = MapFresh(size);
  if (memory == MAP_FAILED) return false;
  // One page at a time, whatever the size of pages that the kernel would like.
  madvise(memory, size, MADV_NOHUGEPAGE);
  watch.Start();
  for (size_t at = 0; at < size; at += kPage) static_cast<volatile char*>(memory)[at] = 1;
  watch.Stop();
  return munmap(memory, size) == 0;
}

}  // namespace

WorkloadArea CallsWorkloads() {
  return {
      "calls",
      "system calls of one process, and the faults of its pages",
      {{"null-call", "a system call that does nothing", 0.05,
        "the way into the kernel is the same; a filter would be another matter, and there is none",
        CallNothing},
       {"open-close", "opening and closing a file", 0.10,
        "the way to a file leads over the container's own mounts", OpenAndClose},
       {"map-unmap", "mapping and unmapping memory", 0.10,
        "the tree of mappings is the process's own, and of another size each time", MapAndUnmap},
       {"page-fault", "touching fresh memory", 0.10,
        "each page is charged to the container's group, and taken from a host that is shared",
        FaultPages, 4}}};
}

}  // namespace loadline::probe
