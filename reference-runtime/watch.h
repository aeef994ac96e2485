// SPDX-License-Identifier: Apache-2.0
// What is told to those who watch the runtime at work: by the probes (probes.h) to whoever
// listens from outside, and by the lines of --debug.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

// One run of one stage, from here to End.
class StageWatch {
 public:
  // The name has to live as long, and to be where probes can read it.
  StageWatch(const Context& context, const StageName& name, Side side);
  template <class T>
  void End(const Result<T>& done) const {
    Ended(done.has_value() ? 0 : NumberOf(done.error()));
  }

 private:
  static int NumberOf(const Error& error) { return error.number > 0 ? error.number : -1; }
  void Ended(int error) const;

  const Container& container_;
  const StageName& name_;
  Side side_;
  std::chrono::steady_clock::time_point begun_;  // when there is --debug
};

// The container has got another status: one of the standard's, "paused", or "deleted" when nothing
// is left of it.
void TellStatus(const Container& container, const std::string& status);
// The same for an operation that goes through several: one that it knows already is not told twice.
void ChangeStatus(Context& context, const std::string& status);

}  // namespace loadline::runtime
