// SPDX-License-Identifier: Apache-2.0
// The freezer of cgroup v1.
#include <poll.h>

#include <algorithm>

#include "base/deadline.h"
#include "base/files.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {
namespace {

Result<std::string> StateFile(const std::string& path) {
  if (path.empty())
    return Failure("the container has no control group", "give it a linux.cgroupsPath");
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies());
  for (const Hierarchy& hierarchy : hierarchies) {
    if (std::count(hierarchy.controllers.begin(), hierarchy.controllers.end(), "freezer") > 0)
      return hierarchy.mount_point + path + "/freezer.state";
  }
  return Failure("the cgroup controller freezer is not mounted on this host", "mount it");
}

// A v1 freezer reports no change, so its file is read again and again, for a second at most.
Result<void> Bring(const std::string& path, const std::string& state) {
  ASSIGN_OR_RETURN(const std::string file, StateFile(path));
  const Deadline deadline = Deadline::After(std::chrono::seconds(1));
  while (true) {
    RETURN_IF_ERROR(WriteExisting(file, state));  // FREEZING becomes FROZEN by being asked again
    ASSIGN_OR_RETURN(const std::string now, ReadFile(file));
    if (now.starts_with(state)) return {};
    if (deadline.Passed())
      return Failure(file + " stays " + now.substr(0, now.find('\n')) + ", not " + state);
    ASSIGN_OR_RETURN(const UniqueFd timer,
                     Deadline::After(std::chrono::milliseconds(1)).ToTimerFd());
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(timer.get(), POLLIN, deadline));
    (void)ready;
  }
}

}  // namespace

Result<void> Freeze(const std::string& path) { return Bring(path, "FROZEN"); }
Result<void> Thaw(const std::string& path) { return Bring(path, "THAWED"); }

bool IsFrozen(const std::string& path) {
  if (path.empty()) return false;
  auto file = StateFile(path);
  return file.has_value() && ReadFile(*file).value_or("").starts_with("F");
}

}  // namespace loadline::runtime
