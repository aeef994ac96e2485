// SPDX-License-Identifier: Apache-2.0
// Pipes, and reading from them with a limit on bytes and on time.
#pragma once

#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

// A close-on-exec pipe.
Result<Pipe> MakePipe();

struct CappedOutput {
  std::string bytes;  // at most `cap`
  bool truncated =
      false;  // there was more; the rest was read and dropped, so that the writer never blocks
  bool timed_out = false;  // the deadline passed before the end of the stream
};

// Reads until end of file, the deadline or an error.
Result<CappedOutput> ReadCapped(int fd, size_t cap, const Deadline& deadline);

// Writes everything, restarting after signals and waiting when the other side is slow.
// A closed other side is an EPIPE error (the caller ignores SIGPIPE; ChildProcess does).
Result<void> WriteAll(int fd, std::string_view bytes, const Deadline& deadline = Deadline::Never());

}  // namespace loadline
