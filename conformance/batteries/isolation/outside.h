// SPDX-License-Identifier: Apache-2.0
// Outside: what the cell has that a container may or may not reach, and what the cell sees of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "conformance/batteries/native.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

// An abstract socket, a shared memory segment, a message queue and a process. Gone with the cell.
class Outside {
 public:
  // An error when even a native process does not reach one of them: then nothing is shown.
  static Result<Outside> Make(const Rig& rig, Native& native);

  Outside(Outside&&) = default;
  Outside& operator=(Outside&&) = default;
  ~Outside();

  // What the probe is asked about them, by the name under which facts look for the answer.
  std::vector<std::pair<std::string, nlohmann::json>> Questions() const;
  pid_t process() const { return process_->pid(); }

 private:
  Outside() = default;

  std::string name_;
  UniqueFd socket_;
  std::optional<Native> process_;
};

// What is seen of the container's first process: pid, bundle, caller (the uid that calls the
// candidate), state (what the candidate says), namespaces, groups {hierarchy: path, owner} and
// threads {differences, namespaces}.
nlohmann::json SeeFromOutside(Rig& rig, Container& container);
// The part about threads; null when none can be seen.
nlohmann::json SeeThreads(pid_t pid);

}  // namespace loadline::conformance::isolation
