// SPDX-License-Identifier: Apache-2.0
// Reading and writing files, in small and large pieces, and having them written for good.
#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "base/unique_fd.h"
#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

constexpr const char* kPath = "/tmp/loadline-work";
constexpr size_t kSmall = 4096;
constexpr size_t kSmallBlocks = 64;
constexpr size_t kLarge = 1 << 20;
constexpr size_t kLargeBlocks = 2;  // the work area of a cell is small

// A file that is gone with its owner.
class WorkFile {
 public:
  WorkFile() : fd_(open(kPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  WorkFile(const WorkFile&) = delete;
  WorkFile& operator=(const WorkFile&) = delete;
  ~WorkFile() { unlink(kPath); }

  int get() const { return fd_.get(); }
  // Writes the buffer at this place and reads it again.
  bool WriteAndRead(std::vector<char>& block, size_t at) const {
    const auto size = static_cast<ssize_t>(block.size());
    const auto place = static_cast<off_t>(at);
    return pwrite(fd_.get(), block.data(), block.size(), place) == size &&
           pread(fd_.get(), block.data(), block.size(), place) == size;
  }

 private:
  UniqueFd fd_;
};

bool WriteAndReadBlocks(int64_t count, Stopwatch& watch, size_t size, size_t blocks) {
  const WorkFile file;
  std::vector<char> block(size, 'a');
  // The file has its pages before the clock runs.
  bool done = file.get() >= 0;
  for (size_t i = 0; done && i < blocks; ++i) done = file.WriteAndRead(block, i * size);
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i)
    done = file.WriteAndRead(block, static_cast<size_t>(i) % blocks * size);
  watch.Stop();
  return done;
}

bool WriteAndReadSmall(int64_t count, Stopwatch& watch) {
  return WriteAndReadBlocks(count, watch, kSmall, kSmallBlocks);
}

bool WriteAndReadLarge(int64_t count, Stopwatch& watch) {
  return WriteAndReadBlocks(count, watch, kLarge, kLargeBlocks);
}

bool WriteAndSynchronise(int64_t count, Stopwatch& watch) {
  const WorkFile file;
  const std::vector<char> block(kSmall, 'a');
  bool done = file.get() >= 0;
  watch.Start();
  for (int64_t i = 0; done && i < count; ++i) {
    const auto at = static_cast<off_t>(static_cast<size_t>(i) % kSmallBlocks * kSmall);
    done = pwrite(file.get(), block.data(), kSmall, at) == static_cast<ssize_t>(kSmall) &&
           fsync(file.get()) == 0;
  }
  watch.Stop();
  return done;
}

}  // namespace

WorkloadArea FilesWorkloads() {
  return {"files",
          "reading and writing files",
          {{"file-io", "writing and reading a file", 0.10,
            "small pieces are system calls and a copy, over the container's own mounts",
            WriteAndReadSmall},
           {"large-io", "writing and reading a file in large pieces", 0.10,
            "large pieces are a copy of memory, and where pages lie differs by a few per cent",
            WriteAndReadLarge, 4},
           {"fsync", "having each written block of a file kept for good", 0.10,
            "a cell has no disk but memory, so that it is the calls that are compared",
            WriteAndSynchronise}}};
}

}  // namespace loadline::probe
