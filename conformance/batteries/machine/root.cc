// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/root.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/batteries/host_programs.h"

namespace loadline::conformance::machine {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kJournals = "/var/log/journal";

// The system below, and what the bundle's root filesystem has above it. By a descriptor, since a
// path may have any characters.
Result<void> LayOver(const std::string& system, const std::string& bundle) {
  ASSIGN_OR_RETURN(const UniqueFd below, Open(system, O_PATH | O_DIRECTORY));
  const std::string above = bundle + "/rootfs";
  const std::string scratch = bundle + "/overlay";
  if (mkdir(scratch.c_str(), 0700) != 0) return CallError("mkdir", scratch);
  const std::string layers =
      "lowerdir=" + ProcPath(below.get()) + ",upperdir=" + above + ",workdir=" + scratch;
  if (mount("overlay", above.c_str(), "overlay", 0, layers.c_str()) != 0)
    return CallError("mount", "overlay over " + system);
  return {};
}

}  // namespace

std::string FindProgram(const InitSystem& init, const std::string& system) {
  const UniqueFd root(open(system.empty() ? "/" : system.c_str(), O_PATH | O_CLOEXEC));
  for (const std::string& place : init.places) {
    if (OpenInRoot(root.get(), place, O_PATH)) return place;
  }
  return "";
}

std::string NameOf(const std::string& system) {
  return system.empty() ? "this host's own programs, with an /etc made for them" : system;
}

json MountsOf(const std::string& system) {
  return system.empty() ? MountsOfHostPrograms() : json::object();
}

Root::~Root() {
  if (mounted_) (void)umount2(path_.c_str(), MNT_DETACH);
}

Result<void> Root::Make(const std::string& bundle, const std::string& system) {
  path_ = bundle + "/rootfs";
  if (system.empty()) {
    RETURN_IF_ERROR(PrepareForHostPrograms(path_));
  } else {
    RETURN_IF_ERROR(LayOver(system, bundle));
    mounted_ = true;
  }
  if (chmod((path_ + "/tmp").c_str(), 01777) != 0) return CallError("chmod", path_ + "/tmp");
  ASSIGN_OR_RETURN(const UniqueFd root, Open(path_, O_PATH | O_DIRECTORY));
  for (const char* directory : {"/run", kJournals})
    RETURN_IF_ERROR(MakeDirectoriesInRoot(root.get(), directory, 0755));
  return {};
}

Result<void> Root::Write(const TextFile& file) const {
  const fs::path path(file.path);
  ASSIGN_OR_RETURN(const UniqueFd root, Open(path_, O_PATH | O_DIRECTORY));
  ASSIGN_OR_RETURN(const UniqueFd directory,
                   MakeDirectoriesInRoot(root.get(), path.parent_path().string(), 0755));
  (void)unlinkat(directory.get(), path.filename().c_str(), 0);  // it may be a link, or read-only
  ASSIGN_OR_RETURN(const UniqueFd fd, OpenAt(directory.get(), path.filename().string(),
                                             O_WRONLY | O_CREAT | O_EXCL, 0644));
  return WriteAll(fd.get(), file.text);
}

bool Root::HasJournal() const {
  std::error_code error;
  for (auto entry = fs::directory_iterator(path_ + kJournals, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (fs::exists(entry->path() / "system.journal")) return true;
  }
  return false;
}

}  // namespace loadline::conformance::machine
