// SPDX-License-Identifier: Apache-2.0
// Container: what the runtime remembers of one, in <root>/<id>/state.json, and what the standard's
// state document says.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/resctrl.h"

namespace loadline::runtime {

struct Container {
  std::string id;
  std::string bundle;  // absolute
  std::string rootfs;  // absolute
  std::string oci_version;
  pid_t pid = 0;
  uint64_t start_time = 0;  // of the process, in clock ticks since boot: a pid alone may have been
                            // given to another process
  bool started = false;
  std::string created;  // RFC 3339
  std::vector<std::pair<std::string, std::string>> annotations;
  std::vector<std::string> cgroups;  // directories that were made for it, outermost first
  std::string unit;                  // the scope of systemd around it, if it made them
  CgroupPlace cgroup;                // where its groups stand, whoever made them
  bool own_keyring = true;           // its processes have a session keyring of the container's
  bool own_pids = true;              // a new pid namespace, which ends with its first process
  RdtPlace rdt;
};

// "creating", "created", "running" or "stopped" (oci-runtime/runtime/state), or "paused", a status
// of this runtime's own.
std::string StatusOf(const Container& container);
// The state document of the standard.
std::string StateDocument(const Container& container, const std::string& status);

// Ids become directory names: letters, digits and _+-. but not "." or "..".
Result<void> CheckId(const std::string& id);

Result<void> SaveContainer(const std::string& state_directory, const Container& container);
// An id that is not there is an error that says so.
Result<Container> LoadContainer(const std::string& root, const std::string& id);
// Every readable container below the root.
std::vector<Container> ListContainers(const std::string& root);

// Start time of a process in clock ticks since boot; 0 when it is gone or a zombie.
uint64_t StartTime(pid_t pid);
// A pidfd of the container's process; an error when it has ended.
Result<UniqueFd> OpenProcess(const Container& container);

}  // namespace loadline::runtime
