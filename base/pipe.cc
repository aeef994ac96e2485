// SPDX-License-Identifier: Apache-2.0
#include "base/pipe.h"

#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <vector>

namespace loadline {

Result<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return CallError("pipe2");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<CappedOutput> ReadCapped(int fd, size_t cap, const Deadline& deadline) {
  CappedOutput output;
  std::vector<char> buffer(64 << 10);
  while (true) {
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(fd, POLLIN, deadline));
    if (ready == Readiness::kTimedOut) {
      output.timed_out = true;
      return output;
    }
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count == 0) return output;
    if (count < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      if (errno == EIO) return output;  // a terminal whose other side is closed
      return CallError("read", std::to_string(fd));
    }
    const size_t kept = std::min(static_cast<size_t>(count), cap - output.bytes.size());
    output.bytes.append(buffer.data(), kept);
    if (kept < static_cast<size_t>(count)) output.truncated = true;
    // A flood without end must not outlive the deadline, although the descriptor is always ready.
    if (output.truncated && deadline.Passed()) {
      output.timed_out = true;
      return output;
    }
  }
}

Result<void> WriteAll(int fd, std::string_view bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return CallError("write", std::to_string(fd));
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(fd, POLLOUT, deadline));
    if (ready == Readiness::kTimedOut) return Failure("writing took longer than its deadline");
  }
  return {};
}

}  // namespace loadline
