// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/process/apparmor-profile and selinux-label: what the kernel's security modules
// are told of the payload.
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/files.h"
#include "base/pipe.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

constexpr ino_t kProcRoot = 1;

bool HostHasAppArmor() {
  return ReadFile("/sys/module/apparmor/parameters/enabled").value_or("").starts_with('Y');
}

bool HostHasSelinux() {
  struct statfs info {};
  return statfs("/sys/fs/selinux", &info) == 0 && info.f_type == SELINUX_MAGIC;
}

}  // namespace

// A file of this process below the container's /proc. Whoever made the image may have put another
// filesystem there, or mounted something over a part of it, so that the label would go elsewhere:
// the whole way has to lie in one procfs.
Result<UniqueFd> OpenOwnAttribute(int root, const std::string& name) {
  ASSIGN_OR_RETURN(const UniqueFd proc, OpenInRoot(root, "proc", O_PATH | O_DIRECTORY));
  struct statfs filesystem {};
  struct stat info {};
  if (fstatfs(proc.get(), &filesystem) != 0 || fstat(proc.get(), &info) != 0)
    return CallError("fstatfs", "/proc of the container");
  if (filesystem.f_type != PROC_SUPER_MAGIC || info.st_ino != kProcRoot)
    return Failure("/proc of the container is no procfs, so its process cannot be labelled",
                   "mount proc there");
  open_how how{};
  how.flags = O_WRONLY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const std::string path = "thread-self/attr/" + name;
  UniqueFd file(static_cast<int>(syscall(SYS_openat2, proc.get(), path.c_str(), &how, sizeof how)));
  if (!file) return CallError("openat2", "/proc/" + path);
  return file;
}

namespace {

Result<void> Label(const Context& context, const std::string& name, const std::string& text,
                   const char* hint) {
  ASSIGN_OR_RETURN(const UniqueFd file, OpenOwnAttribute(context.root.get(), name));
  if (write(file.get(), text.data(), text.size()) < 0)
    return CallError("write", "/proc/thread-self/attr/" + name + ", " + text).Hint(hint);
  return {};
}

}  // namespace

Result<void> CheckLabels(Context& context) {
  const auto& process = context.config.process;
  if (process && !process->apparmor_profile.empty() && !HostHasAppArmor())
    return Failure("process.apparmorProfile \"" + process->apparmor_profile +
                       "\" cannot be applied: this host has no AppArmor",
                   "remove it, or boot with apparmor=1 security=apparmor");
  const bool selinux = (process && !process->selinux_label.empty()) ||
                       !context.config.linux_spec.mount_label.empty();
  if (selinux && !HostHasSelinux())
    return Failure(
        "process.selinuxLabel and linux.mountLabel cannot be applied: this host has no "
        "SELinux",
        "remove them, or boot with selinux=1 security=selinux");
  return {};
}

// Takes effect when the payload is executed.
Result<void> SetAppArmorProfileInChild(Context& context) {
  const std::string& profile = context.config.process->apparmor_profile;
  if (profile.empty()) return {};
  const char* const hint = "load the profile with apparmor_parser first";
  auto labelled = Label(context, "apparmor/exec", "exec " + profile, hint);
  // Before Linux 5.8 the file had no directory of its own.
  if (!labelled.has_value() && labelled.error().number == ENOENT &&
      labelled.error().call == "openat2")
    return Label(context, "exec", "exec " + profile, hint);
  return labelled;
}

Result<void> SetSelinuxLabelInChild(Context& context) {
  const std::string& label = context.config.process->selinux_label;
  if (label.empty()) return {};
  return Label(context, "exec", label, "the label has to be valid in the policy that is loaded");
}

}  // namespace loadline::runtime
