// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/guest_programs.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string_view>

#include "conformance/lab/host_programs.h"
#include "conformance/lab/records.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnPrograms[] = {"loadline", "loadline-runtime", "loadline-probe",
                                        "loadline-mutant"};
constexpr const char* kInit = "loadline-lab-init";
// Taken along when the host has them.
constexpr const char* kKnownPrograms[] = {"busybox", "runc", "crun", "newuidmap", "newgidmap"};
constexpr std::string_view kShell =
    "sh ash awk basename cat chmod chown cmp cp cut date dd df diff dirname dmesg du echo env expr "
    "false find free grep head hostname id ip kill ln ls mkdir mkfifo mknod mktemp mount "
    "mountpoint mv nsenter od printf ps pwd readlink realpath rm rmdir sed seq setsid sleep sort "
    "stat sync tail tar tee test timeout touch tr true tty umount uname uniq unshare uptime vi wc "
    "which xargs";

Result<void> AddProgram(Initramfs& root, const std::string& program) {
  ASSIGN_OR_RETURN(const auto files, FilesOf(program));
  for (const std::string& file : files) RETURN_IF_ERROR(root.AddHostFile(file, file));
  return {};
}

}  // namespace

Result<void> AddShell(Initramfs& root, const std::string& busybox) {
  std::istringstream names{std::string(kShell)};
  for (std::string name; names >> name;) RETURN_IF_ERROR(root.AddLink("/bin/" + name, busybox));
  return {};
}

Result<void> AddPrograms(Initramfs& root, const LabOptions& options) {
  std::string own = options.programs_directory;
  if (own.empty()) own = fs::read_symlink("/proc/self/exe").parent_path().string();
  if (!fs::exists(own + "/" + kInit))
    return Failure("the lab needs " + own + "/" + kInit + ", which is not there",
                   "build the target \"programs\", or install the package loadline-conformance");
  RETURN_IF_ERROR(root.AddHostFile("/init", own + "/" + kInit));
  for (const char* name : kOwnPrograms) {
    const std::string path = own + "/" + name;
    if (!fs::exists(path)) continue;
    RETURN_IF_ERROR(root.AddHostFile(std::string(kProgramDirectory) + "/" + name, path));
    ASSIGN_OR_RETURN(auto files, FilesOf(path));  // a build with sanitizers has libraries
    files.erase(files.begin());
    for (const std::string& file : files) RETURN_IF_ERROR(root.AddHostFile(file, file));
  }
  for (const char* name : kKnownPrograms) {
    if (const std::string path = FindProgram(name); !path.empty())
      RETURN_IF_ERROR(AddProgram(root, path));
  }
  // A whole system has its own.
  const std::string busybox = FindProgram("busybox");
  if (!busybox.empty() && options.init != kSystemdInit) RETURN_IF_ERROR(AddShell(root, busybox));
  std::vector<std::string> wanted = options.programs;
  const std::string& first = options.command[0];
  const bool is_own =
      std::find(std::begin(kOwnPrograms), std::end(kOwnPrograms), first) != std::end(kOwnPrograms);
  if (!is_own && !FindProgram(first).empty()) wanted.push_back(first);
  for (const std::string& name : wanted) {
    const std::string path = FindProgram(name);
    if (path.empty())
      return Failure("there is no program " + name + " on this host", "name one that is in PATH");
    RETURN_IF_ERROR(AddProgram(root, fs::absolute(path).string()));
  }
  return {};
}

}  // namespace loadline::lab
