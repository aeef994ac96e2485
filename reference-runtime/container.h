// SPDX-License-Identifier: Apache-2.0
// Container: what the runtime remembers of one, in <root>/<id>/, and what the standard's
// state document says.
#pragma once

#include <sys/stat.h>
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
  std::string program;      // the file that its process executes until it becomes the payload, as
                            // device:inode; what the kernel says of that outlives every caller
  bool waits = false;       // for start, on a socket that goes when it was started
  std::string created;      // RFC 3339
  std::vector<std::pair<std::string, std::string>> annotations;
  std::vector<std::string> cgroups;  // directories that were made for it, outermost first
  std::string unit;                  // the scope of systemd around it, if it made them
  CgroupPlace cgroup;                // where its groups stand, whoever made them
  std::string keyring;               // the name of its session keyring; empty: the caller's is kept
  bool own_pids = true;              // a new pid namespace, which ends with its first process
  RdtPlace rdt;
};

// "creating", "created", "running" or "stopped" (oci-runtime/runtime/state), or "paused", a status
// of this runtime's own. An error when the kernel does not say how the process is: a container must
// not be taken for a stopped one because there was no descriptor left to look at it.
Result<std::string> StatusOf(const Container& container);
// The state document of the standard.
std::string StateDocument(const Container& container, const std::string& status);

// Ids become directory names: letters, digits and _+-. but not "." or "..".
Result<void> CheckId(const std::string& id);

// What is saved is a file for the container, written before anything is made for it, and one for
// its process, so that each is written once (replacing a file waits for the disk on some
// filesystems).
Result<void> SaveContainer(const std::string& state_directory, const Container& container);
Result<void> SaveProcess(const std::string& state_directory, const Container& container);
Result<void> SaveConfig(const std::string& state_directory, const std::string& text);
// The socket on which its process waits for start.
std::string StartSocket(const std::string& state_directory);
// Takes away what is saved, and the directory with it; the socket only where there may be one.
Result<void> RemoveSaved(const std::string& state_directory, bool may_wait);
// An id that is not there is an error that says so.
Result<Container> LoadContainer(const std::string& root, const std::string& id);
// Every readable container below the root.
std::vector<Container> ListContainers(const std::string& root);

// Start time of a process in clock ticks since boot; 0 when it is gone or a zombie.
Result<uint64_t> StartTime(pid_t pid);
// The file that a process executes, as device:inode; empty when it cannot be seen.
std::string ProgramOf(const std::string& process);
// That of this process, as it was when it was first asked for. Create and exec ask before the
// clone, while /proc is the caller's.
const std::string& OwnProgram();
std::string FileIdentity(const struct stat& file);
// A pidfd of the container's process; when it has ended, an error with the number ESRCH.
Result<UniqueFd> OpenProcess(const Container& container);

// Writes the file that a caller asked for. A runtime that is killed meanwhile leaves the old one,
// the new one, or none.
Result<void> WritePidFile(const std::string& path, pid_t pid);

}  // namespace loadline::runtime
