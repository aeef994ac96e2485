// SPDX-License-Identifier: Apache-2.0
// Child processes, waited for by pidfd, with a deadline and limits on what they may print.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline {

// How a process ended.
struct ExitStatus {
  int code = 0;    // exit status, when `signal` is 0
  int signal = 0;  // the signal that ended it
  bool Success() const { return code == 0 && signal == 0; }
  // "exit status 3" or "killed by SIGSEGV".
  std::string ToText() const;
};

// What a child is started with. The descriptors stay the caller's; -1 means /dev/null.
struct SpawnOptions {
  std::string program;  // the file; empty: argv[0]. Looked up in PATH when it holds no '/'
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"; what is not named is not passed
  std::string directory;                 // working directory; empty: the caller's
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
  std::vector<std::pair<int, int>>
      descriptors;  // {ours, number in the child}, beyond the first three
  // uid and gid to become, without other groups and capabilities; none: the caller's.
  std::optional<std::pair<uid_t, gid_t>> user;
  std::optional<mode_t> umask;  // none: the caller's
  bool new_session = true;      // so that it has no terminal and receives no signal of ours
  bool dies_with_parent = true;
};

// A running or ended child. Its destructor kills and reaps a child that still runs.
class ChildProcess {
 public:
  // An exec that fails is an error here, not an exit status of the child.
  static Result<ChildProcess> Spawn(const SpawnOptions& options);
  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }
  // Nothing when the deadline passed first; the child then still runs.
  Result<std::optional<ExitStatus>> Wait(const Deadline& deadline);
  // Sends a signal; a child that has ended is no error.
  Result<void> Kill(int signal);

 private:
  ChildProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_ = -1;
  UniqueFd pidfd_;  // none once it was reaped
  std::optional<ExitStatus> ended_;
};

// A command run to its end.
struct RunOptions {
  SpawnOptions spawn;           // its three descriptors are replaced
  std::string input;            // what the command reads
  size_t output_cap = 1 << 20;  // bytes of standard output and of standard error that are kept
  Deadline deadline = Deadline::Never();
  // After the command itself has ended: how long to wait for descendants that still hold its
  // output.
  std::chrono::milliseconds grace{200};
};

struct RunOutcome {
  ExitStatus status;
  std::string standard_output;
  std::string standard_error;
  bool timed_out = false;  // it was killed at the deadline
  bool truncated = false;  // it printed more than the cap
  bool held = false;       // a descendant kept the output open after the end of the command
};

// Runs, feeds, reads and reaps. A command that is killed at its deadline is an outcome, not an
// error.
Result<RunOutcome> RunToEnd(const RunOptions& options);

// The environment of this process, for SpawnOptions.
std::vector<std::string> CurrentEnvironment();

}  // namespace loadline
