// SPDX-License-Identifier: Apache-2.0
// RunToEnd(): a command from its start to its end, fed and read meanwhile.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/child_process.h"
#include "base/pipe.h"

namespace loadline {
namespace {

// One output stream of the command.
struct Stream {
  UniqueFd fd;
  std::string* bytes;
};

// Moves what is there into `bytes`, up to the cap; closes the descriptor at the end of the stream.
void Drain(Stream& stream, size_t cap, bool& truncated) {
  std::array<char, 16384> buffer;
  const ssize_t count = read(stream.fd.get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    stream.fd.Reset();
    return;
  }
  const size_t kept = std::min(static_cast<size_t>(count), cap - stream.bytes->size());
  stream.bytes->append(buffer.data(), kept);
  truncated = truncated || kept < static_cast<size_t>(count);
}

// Hands over as much of the input as the command takes now; closes the pipe when all is given or
// nobody reads.
void Feed(UniqueFd& fd, std::string_view& input) {
  const ssize_t count = write(fd.get(), input.data(), input.size());
  if (count > 0) input.remove_prefix(static_cast<size_t>(count));
  if ((count < 0 && errno != EAGAIN && errno != EINTR) || input.empty()) fd.Reset();
}

// Ignores SIGPIPE while it lives: a command may well end without reading its input.
class IgnoreBrokenPipe {
 public:
  IgnoreBrokenPipe() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before_);
  }
  ~IgnoreBrokenPipe() { sigaction(SIGPIPE, &before_, nullptr); }
  IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
  IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

Result<RunOutcome> RunToEnd(const RunOptions& options) {
  const IgnoreBrokenPipe ignore_broken_pipe;
  ASSIGN_OR_RETURN(Pipe input, MakePipe());
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(Pipe error, MakePipe());
  SpawnOptions spawn = options.spawn;
  spawn.standard_input = input.read.get();
  spawn.standard_output = output.write.get();
  spawn.standard_error = error.write.get();
  ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(spawn));
  input.read.Reset();
  output.write.Reset();
  error.write.Reset();
  fcntl(input.write.get(), F_SETFL, O_NONBLOCK);

  RunOutcome outcome;
  std::array<Stream, 2> streams{Stream{std::move(output.read), &outcome.standard_output},
                                Stream{std::move(error.read), &outcome.standard_error}};
  std::string_view left = options.input;
  if (left.empty()) input.write.Reset();
  Deadline deadline = options.deadline;
  bool ended = false;
  while (!ended || streams[0].fd || streams[1].fd) {
    std::array<pollfd, 4> entries{
        pollfd{streams[0].fd.get(), POLLIN, 0}, pollfd{streams[1].fd.get(), POLLIN, 0},
        pollfd{input.write.get(), POLLOUT, 0}, pollfd{ended ? -1 : child.pidfd(), POLLIN, 0}};
    const int ready = poll(entries.data(), entries.size(), deadline.PollTimeout());
    if (ready < 0 && errno != EINTR) return CallError("poll");
    if (deadline.Passed()) {
      if (ended) {
        outcome.held = true;
        break;
      }
      outcome.timed_out = true;
      RETURN_IF_ERROR(child.Kill(SIGKILL));
      deadline = Deadline::Never();  // a killed process ends, and then the grace begins
    }
    if (ready <= 0) continue;
    for (size_t i = 0; i < streams.size(); ++i) {
      if (entries[i].revents != 0) Drain(streams[i], options.output_cap, outcome.truncated);
    }
    if (entries[2].revents != 0) Feed(input.write, left);
    if (entries[3].revents != 0) {
      ASSIGN_OR_RETURN(const std::optional<ExitStatus> status, child.Wait(Deadline::Never()));
      outcome.status = *status;
      ended = true;
      deadline = Deadline::After(options.grace);
      input.write.Reset();
    }
  }
  return outcome;
}

}  // namespace loadline
