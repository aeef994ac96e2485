// SPDX-License-Identifier: Apache-2.0
// Where the operations take place: a mount namespace of our own with a small filesystem in memory,
// a bundle in it, and the calls of the runtime that are not to go wrong.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/result.h"

namespace loadline::faults {

struct Answer {
  ExitStatus status;
  std::string output;
  std::string errors;
};

class Scene {
 public:
  // `runtime` and `payload` are paths of programs; `kind` is plain, hooks or user.
  static Result<Scene> Make(const std::string& runtime, const std::string& payload,
                            const std::string& kind);
  Scene(Scene&&) = default;

  const std::string& id() const { return id_; }
  std::string path(const std::string& name) const { return work_ + "/" + name; }
  // A command line of the runtime: these words after its name and --root.
  std::vector<std::string> Command(const std::vector<std::string>& words) const;
  std::vector<std::string> CreateCommand() const;
  // Runs it to its end, untouched.
  Answer Runtime(const std::vector<std::string>& words) const;
  // What the operation that goes wrong writes its standard output and its messages to, emptied.
  UniqueFd OpenAnswers(const std::string& name) const;
  // The status that the runtime reports; "none" when it knows no such container.
  std::string Status() const;
  // The container's process; 0: none.
  pid_t Pid() const;
  // Whether the payload is what that process executes.
  static bool RunsPayload(pid_t pid);

  // What is here beyond what was here before the first operation, as lines for a reader: processes,
  // mounts, control groups, files, state. Processes that are on their way out get a second.
  std::vector<std::string> Leftovers() const;
  // The same, but for living processes: for between operations.
  std::vector<std::string> LeftoverFiles() const;
  // Takes them away, so that the next operation finds the scene as it was.
  void Clean() const;

 private:
  Scene() = default;
  Result<void> WriteConfig(const std::string& kind) const;

  std::string runtime_;
  std::string work_;
  std::string id_ = "victim";
  std::string group_;                     // /loadline-faults-<pid>
  std::vector<std::string> group_roots_;  // of every hierarchy
  std::string mounts_;                    // mountinfo as it was
  std::set<std::string> files_;           // below work_, as they were
};

}  // namespace loadline::faults
