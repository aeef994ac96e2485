// SPDX-License-Identifier: Apache-2.0
// Reading from and writing to a block device past the page cache, as fast as it goes; and reading
// it into the page cache.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

// What O_DIRECT asks of an address and of an offset.
constexpr size_t kAlignment = 4096;

struct Free {
  void operator()(void* memory) const { free(memory); }
};

struct Transfers {
  int64_t operations = 0;
  double seconds = 0;
  int error = 0;
};

// One block after the other, over and over the same `span` bytes. Counted is what was done from the
// first end after `warm_up` to the last one: what a limit lets through at once, because nothing was
// used before, is behind us then.
Transfers Transfer(int fd, const Json& message, void* block, size_t size) {
  const bool writes = message.value("write", false);
  const auto span = message.value("span", int64_t{1 << 20});
  const auto warm_up = std::chrono::milliseconds(message.value("warmUpMilliseconds", 0));
  const auto window = std::chrono::milliseconds(message.value("milliseconds", 100));
  const Clock::time_point begin = Clock::now();
  Clock::time_point first = begin;
  Transfers done;
  for (int64_t i = 0;; ++i) {
    const auto at = static_cast<off_t>(i * static_cast<int64_t>(size) % span);
    const ssize_t count = writes ? pwrite(fd, block, size, at) : pread(fd, block, size, at);
    if (count != static_cast<ssize_t>(size)) {
      done.error = count < 0 ? errno : EIO;
      return done;
    }
    const Clock::time_point now = Clock::now();
    if (first == begin && now - begin >= warm_up) {
      first = now;
      continue;
    }
    if (first == begin) continue;
    ++done.operations;
    done.seconds = std::chrono::duration<double>(now - first).count();
    if (now - first >= window) return done;
  }
}

// {"path", "block", "span", "write", "warmUpMilliseconds", "milliseconds"}
Json MoveDirectly(const Json& message) {
  const size_t size = message.value("block", kAlignment);
  const std::unique_ptr<void, Free> block(aligned_alloc(kAlignment, size));
  const UniqueFd fd(
      open(message.value("path", "").c_str(),
           (message.value("write", false) ? O_WRONLY : O_RDONLY) | O_DIRECT | O_CLOEXEC));
  if (!fd || !block) return {{"moved", ErrnoName(errno)}};
  memset(block.get(), 0, size);
  const Transfers done = Transfer(fd.get(), message, block.get(), size);
  return {{"moved", ErrnoName(done.error)},
          {"operations", done.operations},
          {"bytes", done.operations * static_cast<int64_t>(size)},
          {"seconds", done.seconds}};
}

// {"path", "from", "bytes"}: exactly these bytes, and nothing ahead of them.
Json ReadCached(const Json& message) {
  constexpr size_t kBlock = 128 << 10;
  const std::unique_ptr<void, Free> block(malloc(kBlock));
  const UniqueFd fd(open(message.value("path", "").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || !block) return {{"read", ErrnoName(errno)}};
  posix_fadvise(fd.get(), 0, 0, POSIX_FADV_RANDOM);
  auto at = message.value("from", int64_t{0});
  const int64_t end = at + message.value("bytes", int64_t{0});
  while (at < end) {
    const auto wanted = std::min(kBlock, static_cast<size_t>(end - at));
    const ssize_t count = pread(fd.get(), block.get(), wanted, static_cast<off_t>(at));
    if (count <= 0) return {{"read", count < 0 ? ErrnoName(errno) : "the end"}};
    at += count;
  }
  return {{"read", "ok"}};
}

}  // namespace

Json ObeyDiskLoad(const std::string& word, const Json& message) {
  if (word == "move-directly") return MoveDirectly(message);
  if (word == "read-cached") return ReadCached(message);
  return nullptr;
}

}  // namespace loadline::probe
