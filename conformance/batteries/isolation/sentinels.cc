// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/sentinels.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "base/digest.h"
#include "base/files.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json Describe(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return "gone";
  json entry = {{"mode", info.st_mode},
                {"uid", info.st_uid},
                {"gid", info.st_gid},
                {"size", info.st_size},
                {"device", info.st_rdev},
                {"modified", info.st_mtim.tv_nsec},
                {"changed", info.st_ctim.tv_nsec},
                {"inode", info.st_ino}};
  if (S_ISREG(info.st_mode)) entry["digest"] = Sha256(ReadFile(path).value_or(""));
  std::error_code error;
  if (S_ISLNK(info.st_mode)) entry["target"] = fs::read_symlink(path, error).string();
  return entry;
}

json ManifestOf(const std::string& directory) {
  json manifest = {{directory, Describe(directory)}};
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    manifest[entry->path().string()] = Describe(entry->path().string());
  return manifest;
}

json MountsBelow(const std::string& directory) {
  json mounts = json::array();
  std::istringstream lines(ReadFile("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" " + directory) != std::string::npos) mounts.push_back("mount: " + line);
  }
  return mounts;
}

}  // namespace

Result<Sentinels> Sentinels::MakeBelow(const std::string& parent) {
  Sentinels sentinels;
  const std::string directory = parent + "/" + RandomContainerId();
  sentinels.directory_ = directory;
  std::error_code error;
  fs::create_directories(directory + "/inner", error);
  if (error) return Failure("the sentinels cannot be made: " + error.message());
  for (const char* name : {"/file", "/inner/file"})
    RETURN_IF_ERROR(WriteFileAtomically(directory + name, "sentinel\n", 0640));
  if (symlink("file", (directory + "/link").c_str()) != 0) return CallError("symlink");
  if (mknod((directory + "/device").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0)
    return CallError("mknod", "a sentinel");
  // They are as near to the candidate as what is beside them.
  struct stat beside {};
  if (stat(parent.c_str(), &beside) == 0 && beside.st_uid == kUser)
    RETURN_IF_ERROR(GiveTree(directory, Caller::kUser));
  sentinels.manifest_ = ManifestOf(directory);
  return sentinels;
}

json Sentinels::Changes() const {
  json changes = MountsBelow(directory_);
  const json now = ManifestOf(directory_);
  for (const auto& entry : now.items()) {
    if (!manifest_.contains(entry.key())) {
      changes.push_back("new: " + entry.key());
    } else if (manifest_[entry.key()] != entry.value()) {
      changes.push_back("changed: " + entry.key());
    }
  }
  for (const auto& entry : manifest_.items()) {
    if (!now.contains(entry.key())) changes.push_back("gone: " + entry.key());
  }
  return changes;
}

BatteryRun Watched(BatteryRun run) {
  run.work = [checks = run.checks, work = std::move(run.work)](Rig& rig,
                                                               Findings& findings) -> Result<void> {
    ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().base));
    auto done = work(rig, findings);
    const json changes = sentinels.Changes();
    for (const Check& check : checks) {
      if (!changes.empty())
        findings.Judge(check.id, false, "outside the bundle: " + changes.dump(), changes);
    }
    return done;
  };
  return run;
}

}  // namespace loadline::conformance::isolation
