// SPDX-License-Identifier: Apache-2.0
// Driver: calls the candidate's verbs and keeps what each call did.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "conformance/harness/container.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

// One call of the candidate.
struct Call {
  std::vector<std::string> command;
  ExitStatus status;
  bool timed_out = false;
  bool no_words = false;  // refused, by the profile's refusalStatus
  std::string output;     // of verbs other than create
  std::string errors;
  int64_t duration_ms = 0;
  bool Success() const { return !timed_out && status.Success(); }
  // One line, for messages: "exit status 1: first line of its errors".
  std::string ToText() const;
};

// What is unusual about one call.
struct CallOptions {
  std::vector<std::string> without;  // names of arguments that are left out: id, bundle
  std::optional<mode_t> umask;       // the caller's
  bool stranger = false;             // a user without rights calls
};

class Driver {
 public:
  // No call takes longer than `step_time`, or what the profile says, and all together not longer
  // than the deadline.
  Driver(const Profile& profile, const CellPaths& paths, std::chrono::milliseconds step_time,
         const Deadline& deadline)
      : profile_(profile), paths_(paths), step_time_(step_time), deadline_(deadline) {}

  // create: the container's process inherits the streams. Reads its pid file on success.
  Result<Call> Create(Container& container, const CallOptions& options = {});
  // Another verb; `more` are further placeholders of the command line.
  Result<Call> Do(const std::string& verb, const Container& container,
                  nlohmann::json more = nlohmann::json::object(), const std::string& input = "",
                  const CallOptions& options = {});

 private:
  Result<SpawnOptions> Prepare(const std::string& verb, const Container& container,
                               const nlohmann::json& more, const CallOptions& options) const;
  Deadline StepDeadline() const;

  const Profile& profile_;
  const CellPaths& paths_;
  std::chrono::milliseconds step_time_;
  Deadline deadline_;  // of the whole run
};

}  // namespace loadline::conformance
