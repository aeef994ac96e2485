// SPDX-License-Identifier: Apache-2.0
// Stopping all processes of a group, and letting them go on.
#include <poll.h>

#include "base/deadline.h"
#include "base/files.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/cgroup_events.h"

namespace loadline::runtime {
namespace {

struct Freezer {
  int version = 1;
  std::string directory;
};

// v1's where it is mounted; every group of v2 has one.
Result<Freezer> FindFreezer(const CgroupPlace& place) {
  if (place.path.empty())
    return Failure("the container has no control group", "give it a linux.cgroupsPath");
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(place));
  for (const Hierarchy& hierarchy : hierarchies) {
    if (hierarchy.Has("freezer")) return Freezer{1, hierarchy.mount_point + place.path};
  }
  if (const Hierarchy* unified = FindUnified(hierarchies); unified != nullptr)
    return Freezer{2, unified->mount_point + place.path};
  return Failure("the cgroup controller freezer is not mounted on this host", "mount it");
}

// A v1 freezer reports no change, so its file is read again and again, for a second at most.
Result<void> BringV1(const std::string& directory, const std::string& state) {
  const std::string file = directory + "/freezer.state";
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

// v2 tells when the last process has stopped.
Result<void> BringV2(const std::string& directory, bool frozen) {
  const std::string file = directory + "/cgroup.freeze";
  RETURN_IF_ERROR(WriteExisting(file, frozen ? "1" : "0"));
  ASSIGN_OR_RETURN(const Readiness done, WaitForEvent(directory, frozen ? "frozen 1" : "frozen 0",
                                                      Deadline::After(std::chrono::seconds(5))));
  if (done == Readiness::kReady) return {};
  if (!frozen)
    return Failure("the group " + directory + " stays frozen", "is a group above it frozen?");
  // Half frozen is neither paused nor running.
  RETURN_IF_ERROR(WriteExisting(file, "0"));
  return Failure("not every process of " + directory + " could be stopped",
                 "one may be waiting for a device: try again");
}

Result<void> Bring(const CgroupPlace& place, bool frozen) {
  ASSIGN_OR_RETURN(const Freezer freezer, FindFreezer(place));
  if (freezer.version == 2) return BringV2(freezer.directory, frozen);
  return BringV1(freezer.directory, frozen ? "FROZEN" : "THAWED");
}

}  // namespace

Result<void> Freeze(const CgroupPlace& place) { return Bring(place, true); }
Result<void> Thaw(const CgroupPlace& place) { return Bring(place, false); }

bool IsFrozen(const CgroupPlace& place) {
  if (place.path.empty()) return false;
  auto freezer = FindFreezer(place);
  if (!freezer.has_value()) return false;
  return freezer->version == 2
             ? ReadRecord(freezer->directory + "/cgroup.freeze").value_or("").starts_with("1")
             : ReadRecord(freezer->directory + "/freezer.state").value_or("").starts_with("F");
}

}  // namespace loadline::runtime
