// SPDX-License-Identifier: Apache-2.0
// Reaper: what pid 1 of a cell owes its orphans, so that runtimes that wait for a process to vanish
// see it vanish; and how a container's process ended, since it is one of the orphans.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

#include "base/child_process.h"
#include "base/deadline.h"

namespace loadline::conformance {

// One per cell. Orphans become children of the main thread; what other threads start are children
// of theirs, and theirs to wait for.
class Reaper {
 public:
  static Reaper& OfThisCell();
  // To be called before other threads are started.
  void Prepare();
  // Reaps for ever; on the main thread.
  [[noreturn]] void Run();
  // How an orphan ended. Nothing when it was not reaped here before the deadline.
  std::optional<ExitStatus> StatusOf(pid_t pid, const Deadline& deadline);

 private:
  std::mutex mutex_;
  std::condition_variable reaped_;
  std::map<pid_t, ExitStatus> statuses_;
};

}  // namespace loadline::conformance
