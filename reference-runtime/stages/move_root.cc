// SPDX-License-Identifier: Apache-2.0
// --no-pivot, for hosts whose root is a ramdisk, which pivot_root does not take.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "base/files.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

struct CallersMount {
  std::string path;
  bool shows_kernel = false;  // all of a proc or sysfs
};

// mountinfo writes blanks and the like as \ and three octal digits.
std::string Unescape(const std::string& text) {
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      path += static_cast<char>(std::strtol(text.substr(i + 1, 3).c_str(), nullptr, 8));
      i += 3;
    } else {
      path += text[i];
    }
  }
  return path;
}

// The mounts of this namespace outside the container's root, innermost first.
Result<std::vector<CallersMount>> CallersMounts(const std::string& root) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile("/proc/self/mountinfo"));
  std::vector<CallersMount> mounts;
  for (const std::string& line : SplitText(text, '\n')) {
    const auto fields = Words(line);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 6 || fields.end() - dash < 2) continue;
    CallersMount mount{Unescape(fields[4]), false};
    if (mount.path == "/" || (mount.path + "/").starts_with(root + "/")) continue;
    const std::string& type = *(dash + 1);
    mount.shows_kernel = fields[3] == "/" && (type == "proc" || type == "sysfs");
    mounts.push_back(std::move(mount));
  }
  std::reverse(mounts.begin(), mounts.end());
  return mounts;
}

// Under the container's root the caller's mounts stay for as long as it lives, and a complete proc
// or sysfs among them would let the container mount another one without masks. So whatever can be
// taken away is; what a user namespace does not let go is covered.
Result<void> TakeAway(const std::vector<CallersMount>& mounts) {
  for (const CallersMount& mount : mounts) {
    // Never in the caller's namespace as well, whatever was left out before.
    ::mount(nullptr, mount.path.c_str(), nullptr, MS_SLAVE, nullptr);
    if (umount2(mount.path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0 || !mount.shows_kernel)
      continue;
    if (errno == ENOENT) continue;  // it went with the one around it
    if (::mount("tmpfs", mount.path.c_str(), "tmpfs", MS_RDONLY, "size=0,mode=555") != 0)
      return CallError("mount", "tmpfs over " + mount.path);
  }
  return {};
}

}  // namespace

Result<void> MoveRootInChild(Context& context) {
  if (!context.no_pivot || !context.config.linux_spec.Makes(CLONE_NEWNS)) return {};
  if (fchdir(context.root.get()) != 0) return CallError("fchdir", context.config.root_path);
  char root[PATH_MAX];
  if (getcwd(root, sizeof root) == nullptr) return CallError("getcwd", context.config.root_path);
  ASSIGN_OR_RETURN(const auto mounts, CallersMounts(root));
  if (mount(".", "/", nullptr, MS_MOVE, nullptr) != 0)
    return CallError("mount", context.config.root_path + ", MS_MOVE");
  // Until chroot, paths still begin at the old root.
  RETURN_IF_ERROR(TakeAway(mounts));
  if (chroot(".") != 0) return CallError("chroot", context.config.root_path);
  if (chdir("/") != 0) return CallError("chdir", "/");
  ASSIGN_OR_RETURN(context.root, Open("/", O_PATH | O_DIRECTORY));
  return {};
}

}  // namespace loadline::runtime
