// SPDX-License-Identifier: Apache-2.0
// Work of the processor and of memory alone: no system call is made while it is measured.
#include <sys/mman.h>

#include <array>
#include <cstring>

#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

constexpr int kSteps = 1000;  // of integer work, in one turn (the battery counts on it)
constexpr size_t kSide = 32;  // of a matrix
constexpr int kLoads = 256;   // one after the other, in one turn
// Larger than the caches of a processor, in pages that a host may make large.
constexpr size_t kBuffer = 64 << 20;
constexpr size_t kChunk = 256 << 10;

// The compiler has to take the value for used, and for changed.
template <class T>
void Keep(T& value) {
  asm volatile("" : "+r"(value) : : "memory");
}

// Made and touched once, because the first touch is another workload. Null when there is no memory.
unsigned char* Buffer() {
  static unsigned char* const buffer = [] {
    void* memory =
        mmap(nullptr, kBuffer, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return static_cast<unsigned char*>(nullptr);
    madvise(memory, kBuffer, MADV_HUGEPAGE);
    std::memset(memory, 1, kBuffer);
    return static_cast<unsigned char*>(memory);
  }();
  return buffer;
}

// Reads through all of it: whoever had the processor's caches before, their content is the same
// now.
void Settle(const unsigned char* buffer) {
  constexpr size_t kLine = 64;
  unsigned char sum = 0;
  for (size_t at = 0; at < kBuffer; at += kLine) sum = static_cast<unsigned char>(sum + buffer[at]);
  Keep(sum);
}

bool CountIntegers(int64_t count, Stopwatch&) {
  uint64_t value = 1974;
  for (int64_t i = 0; i < count; ++i) {
    for (int step = 0; step < kSteps; ++step) {
      value ^= value << 7;
      value = value * 0x9e3779b97f4a7c15 + static_cast<uint64_t>(step);
      value ^= value >> 9;
    }
    Keep(value);
  }
  return true;
}

using Matrix = std::array<std::array<double, kSide>, kSide>;

bool MultiplyMatrices(int64_t count, Stopwatch& watch) {
  static Matrix left;
  static Matrix right;
  static Matrix product;
  for (size_t i = 0; i < kSide; ++i) {
    for (size_t j = 0; j < kSide; ++j) {
      left[i][j] = 1.0 / static_cast<double>(1 + i + j);
      right[i][j] = static_cast<double>(i) - static_cast<double>(j);
    }
  }
  watch.Start();
  for (int64_t turn = 0; turn < count; ++turn) {
    for (size_t i = 0; i < kSide; ++i) {
      product[i].fill(0);
      for (size_t k = 0; k < kSide; ++k) {
        for (size_t j = 0; j < kSide; ++j) product[i][j] += left[i][k] * right[k][j];
      }
    }
    const double* result = product[0].data();
    Keep(result);
  }
  return true;
}

// The lower half to the upper one, in turns through all of it.
bool CopyMemory(int64_t count, Stopwatch& watch) {
  unsigned char* const buffer = Buffer();
  if (buffer == nullptr) return false;
  constexpr size_t kHalf = kBuffer / 2;
  Settle(buffer);
  watch.Start();
  for (int64_t i = 0; i < count; ++i) {
    const size_t at = static_cast<size_t>(i) * kChunk % kHalf;
    unsigned char* to = buffer + kHalf + at;
    std::memcpy(to, buffer + at, kChunk);
    Keep(to);
  }
  return true;
}

// Where to look next depends on what was there.
bool JumpThroughMemory(int64_t count, Stopwatch& watch) {
  const unsigned char* const buffer = Buffer();
  if (buffer == nullptr) return false;
  uint64_t place = 1;
  Settle(buffer);
  watch.Start();
  for (int64_t i = 0; i < count * kLoads; ++i) {
    place = place * 6364136223846793005 + 1442695040888963407 + buffer[(place >> 20) % kBuffer];
    Keep(place);
  }
  return true;
}

}  // namespace

WorkloadArea ComputeWorkloads() {
  return {
      "compute",
      "the processor and memory, without system calls",
      {{"integer", "counting with integers", 0.03,
        "nothing stands between such a loop and the processor, and a median of pairs tells 3 %",
        CountIntegers, 4},
       {"floating-point", "multiplying matrices", 0.03,
        "nothing stands between such a loop and the processor, and a median of pairs tells 3 %",
        MultiplyMatrices, 4},
       {"memory-bandwidth", "copying memory", 0.05,
        "where pages lie differs from one process to the next by a few per cent", CopyMemory, 8},
       {"random-access", "reading memory here and there", 0.10,
        "where pages lie, and how large they are, is the kernel's to choose for each process",
        JumpThroughMemory, 4}}};
}

}  // namespace loadline::probe
