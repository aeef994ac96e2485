// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/cgroup_controllers.h"
#include "reference-runtime/cgroup_limits.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// What a file of a cpuset says, filled from the group above when that is nothing: a new cpuset of
// v1 has neither processors nor memory nodes (oci-runtime/config-linux/cgroups-path). One of v2
// uses its parent's.
Result<std::string> FillFromAbove(const std::string& directory, const std::string& file,
                                  bool is_new) {
  if (!is_new) {
    ASSIGN_OR_RETURN(std::string own, ReadRecord(directory + file));
    if (own.find_first_not_of(" \n") != std::string::npos) return own;
  }
  const std::string parent = directory.substr(0, directory.rfind('/'));
  ASSIGN_OR_RETURN(std::string above, FillFromAbove(parent, file, false));
  RETURN_IF_ERROR(WriteExisting(directory + file, above));
  return above;
}

Result<void> FillCpuset(const std::string& directory, bool is_new) {
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
    ASSIGN_OR_RETURN(const std::string filled, FillFromAbove(directory, file, is_new));
    (void)filled;
  }
  return {};
}

// oci-runtime/config-linux/control-groups/error-when-unfit: what is put into a frozen group would
// never answer.
Result<void> CheckNotFrozen(const std::string& directory) {
  if (!ReadFile(directory + "/cgroup.events").value_or("").ends_with("frozen 1\n")) return {};
  return Failure("the group " + directory + " is frozen",
                 "write 0 to its cgroup.freeze, or choose another linux.cgroupsPath");
}

Result<void> CheckThawedInV1(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::string state, ReadRecord(directory + "/freezer.state"));
  if (state == "THAWED\n") return {};
  return Failure("the group " + directory + " is frozen",
                 "write THAWED to its freezer.state, or choose another linux.cgroupsPath");
}

// The directory is made in its parent; whether it was there already is no error.
Result<void> MakeDirectory(const std::string& directory, std::vector<std::string>& made) {
  if (mkdir(directory.c_str(), 0755) == 0) {
    made.push_back(directory);
  } else if (errno != EEXIST) {
    return CallError("mkdir", directory);
  }
  return {};
}

// Most often only the last one is missing.
Result<void> MakeInV1(const Hierarchy& hierarchy, const std::string& path,
                      std::vector<std::string>& made) {
  const std::string directory = hierarchy.mount_point + path;
  const size_t before = made.size();
  auto done = MakeDirectory(directory, made);
  if (!done.has_value() && done.error().number == ENOENT) {
    std::string above = hierarchy.mount_point;
    for (const std::string& part : SplitText(path, '/')) {
      if (part.empty()) continue;
      above += "/" + part;
      RETURN_IF_ERROR(MakeDirectory(above, made));
    }
    done = {};
  }
  RETURN_IF_ERROR(done);
  if (made.size() == before && hierarchy.Has("freezer"))
    RETURN_IF_ERROR(CheckThawedInV1(directory));
  return hierarchy.Has("cpuset") ? FillCpuset(directory, made.size() > before) : Result<void>();
}

Result<void> MakeInV2(const Hierarchy& hierarchy, const std::string& path,
                      const std::vector<std::string>& controllers, std::vector<std::string>& made) {
  std::string directory = hierarchy.mount_point;
  for (const std::string& part : SplitText(path, '/')) {
    if (part.empty()) continue;
    RETURN_IF_ERROR(HandDown(directory, controllers));
    directory += "/" + part;
    RETURN_IF_ERROR(MakeDirectory(directory, made));
  }
  return CheckNotFrozen(directory);
}

bool Holds(const std::string& directory, pid_t pid) {
  const auto members = Words(ReadFile(directory + "/cgroup.procs").value_or(""));
  return std::find(members.begin(), members.end(), std::to_string(pid)) != members.end();
}

Result<void> AddToUnified(const std::string& directory, pid_t pid) {
  if (Holds(directory, pid)) return {};
  auto added = WriteExisting(directory + "/cgroup.procs", std::to_string(pid));
  if (added.has_value()) return {};
  Error error = std::move(added).error();
  if (error.number != EBUSY && error.number != EOPNOTSUPP) return error;
  return std::move(error).Hint(
      "a group that hands controllers down to others, or one below threaded groups, takes no "
      "process: choose a linux.cgroupsPath of its own");
}

}  // namespace

std::vector<std::string> MissingCgroups(const std::vector<Hierarchy>& hierarchies,
                                        const std::string& path) {
  std::vector<std::string> missing;
  for (const Hierarchy& hierarchy : hierarchies) {
    const size_t before = missing.size();
    std::string directory = hierarchy.mount_point + path;
    // Most often the last one alone is missing, so the look begins there.
    while (directory.size() > hierarchy.mount_point.size() &&
           access(directory.c_str(), F_OK) != 0 && errno == ENOENT) {
      missing.push_back(directory);
      directory.resize(directory.rfind('/'));
    }
    std::reverse(missing.begin() + static_cast<ptrdiff_t>(before), missing.end());
  }
  return missing;
}

Result<std::vector<std::string>> MakeCgroups(const std::vector<Hierarchy>& hierarchies,
                                             const std::string& path,
                                             const nlohmann::json& resources) {
  std::vector<std::string> controllers;
  if (FindUnified(hierarchies) != nullptr) {
    ASSIGN_OR_RETURN(const ResourceParts parts, SplitResources(hierarchies, resources));
    controllers = parts.controllers;
  }
  std::vector<std::string> made;
  for (const Hierarchy& hierarchy : hierarchies) {
    auto done = hierarchy.version == 2 ? MakeInV2(hierarchy, path, controllers, made)
                                       : MakeInV1(hierarchy, path, made);
    if (done.has_value()) continue;
    for (auto directory = made.rbegin(); directory != made.rend(); ++directory)
      rmdir(directory->c_str());
    return std::move(done).error();
  }
  return made;
}

Result<void> EnableControllers(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                               const nlohmann::json& resources) {
  const Hierarchy* unified = FindUnified(hierarchies);
  if (unified == nullptr) return {};
  ASSIGN_OR_RETURN(const ResourceParts parts, SplitResources(hierarchies, resources));
  if (parts.controllers.empty()) return {};
  return HandDownTo(unified->mount_point, path, parts.controllers);
}

Result<UniqueFd> OpenTasks(const Hierarchy& hierarchy, const std::string& path) {
  return Open(hierarchy.mount_point + path + "/tasks", O_WRONLY);
}

Result<void> MoveSelf(const std::vector<UniqueFd>& tasks) {
  for (const UniqueFd& file : tasks) {
    if (write(file.get(), "0", 1) == 1) continue;
    Error error = CallError("write", "");
    std::error_code unknown;
    error.arguments =
        std::filesystem::read_symlink(ProcPath(file.get()), unknown).string() + ", \"0\"";
    return std::move(error).Hint("choose another linux.cgroupsPath");
  }
  return {};
}

Result<void> AddProcess(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                        pid_t pid) {
  for (const Hierarchy& hierarchy : hierarchies) {
    const std::string directory = hierarchy.mount_point + path;
    RETURN_IF_ERROR(hierarchy.version == 2
                        ? AddToUnified(directory, pid)
                        : WriteExisting(directory + "/cgroup.procs", std::to_string(pid)));
  }
  return {};
}

}  // namespace loadline::runtime
