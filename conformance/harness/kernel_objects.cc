// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/kernel_objects.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "base/unique_fd.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr size_t kCap = 1 << 20;
constexpr std::string_view kNamespaces[] = {"cgroup:[", "ipc:[",  "mnt:[",  "net:[",
                                            "pid:[",    "time:[", "user:[", "uts:["};

std::string TextOf(const std::string& path) { return ReadFile(path, kCap).value_or(""); }

// Calls `each` with the path of every entry of a directory.
template <class F>
void ForEachEntry(const std::string& directory, F&& each) {
  std::error_code error;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error))
    each(entry->path());
}

std::string LinkOf(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = readlink(path.c_str(), target.data(), target.size() - 1);
  return length < 0 ? "" : std::string(target.data(), static_cast<size_t>(length));
}

// By a mount that nobody sees: what is mounted at /dev/mqueue belongs to another ipc namespace.
std::set<std::string> ListQueues() {
  std::set<std::string> queues;
  const UniqueFd context(static_cast<int>(syscall(SYS_fsopen, "mqueue", FSOPEN_CLOEXEC)));
  if (!context ||
      syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return queues;
  const UniqueFd root(static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0)));
  if (root)
    ForEachEntry(ProcPath(root.get()),
                 [&](const fs::path& path) { queues.insert(path.filename().string()); });
  return queues;
}

bool IsNamespace(const std::string& target) {
  return std::any_of(std::begin(kNamespaces), std::end(kNamespaces),
                     [&](std::string_view begin) { return target.starts_with(begin); });
}

void AddBoundNamespaces(std::set<std::string>& namespaces) {
  std::istringstream lines(TextOf("/proc/self/mountinfo"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string field;
    std::string root;
    for (int i = 0; i < 4; ++i) fields >> root;
    fields >> field;
    if (IsNamespace(root)) namespaces.insert(root + " in " + field);
  }
}

// Of all processes that are seen, this one too.
void AddHeldNamespaces(std::set<std::string>& namespaces) {
  ForEachEntry("/proc", [&](const fs::path& process) {
    const std::string pid = process.filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) return;
    ForEachEntry(process.string() + "/fd", [&](const fs::path& fd) {
      const std::string target = LinkOf(fd.string());
      if (IsNamespace(target)) namespaces.insert(target + " held by the process " + pid);
    });
  });
}

std::set<std::string> ListLoops() {
  std::set<std::string> loops;
  ForEachEntry("/sys/block", [&](const fs::path& device) {
    std::string file = TextOf(device.string() + "/loop/backing_file");
    if (file.empty()) return;
    if (file.back() == '\n') file.pop_back();
    loops.insert(device.filename().string() + ": " + file);
  });
  return loops;
}

std::set<std::string> ListInterfaces() {
  std::set<std::string> interfaces;
  std::istringstream lines(TextOf("/proc/self/net/dev"));
  for (std::string line; std::getline(lines, line);) {
    const size_t begin = line.find_first_not_of(' ');
    const size_t colon = line.find(':');
    if (colon != std::string::npos) interfaces.insert(line.substr(begin, colon - begin));
  }
  return interfaces;
}

std::set<std::string> ListDescriptors() {
  std::set<std::string> descriptors;
  ForEachEntry("/proc/self/fd", [&](const fs::path& fd) {
    const std::string target = LinkOf(fd.string());
    // The one that looks is gone by now or leads to the list itself.
    if (!target.empty() && target != "/proc/" + std::to_string(getpid()) + "/fd")
      descriptors.insert(fd.filename().string() + ": " + target);
  });
  return descriptors;
}

}  // namespace

KernelObjects ListKernelObjects() {
  KernelObjects objects;
  objects.queues = ListQueues();
  AddBoundNamespaces(objects.namespaces);
  AddHeldNamespaces(objects.namespaces);
  objects.loops = ListLoops();
  objects.interfaces = ListInterfaces();
  objects.descriptors = ListDescriptors();
  return objects;
}

std::set<std::string> ListKeyrings(const std::vector<std::string>& ids) {
  std::set<std::string> keyrings;
  std::istringstream lines(TextOf("/proc/keys"));
  for (std::string line; std::getline(lines, line);) {
    const size_t type = line.find(" keyring ");
    if (type == std::string::npos) continue;
    std::istringstream name(line.substr(type + std::string_view(" keyring ").size()));
    std::string word;
    name >> word;
    const std::string described = word.substr(0, word.rfind(':'));
    const bool ours = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return described == id || described == "_ses." + id ||
             described.starts_with("_ses." + id + ".");
    });
    // Serial number, flags, users … (keyrings(7)); what has no users is being freed.
    std::istringstream fields(line);
    std::string serial;
    std::string flags;
    int users = 0;
    fields >> serial >> flags >> users;
    if (ours && users > 0) keyrings.insert(serial + ": " + word);
  }
  return keyrings;
}

void DetachLoops(const json& loops) {
  for (const std::string loop : loops) {
    const UniqueFd device(
        open(("/dev/" + loop.substr(0, loop.find(':'))).c_str(), O_RDWR | O_CLOEXEC));
    if (device) ioctl(device.get(), LOOP_CLR_FD, 0);
  }
}

void RemoveKeyrings(const json& keyrings) {
  for (const std::string keyring : keyrings)
    syscall(SYS_keyctl, KEYCTL_INVALIDATE,
            static_cast<int>(std::strtoul(keyring.c_str(), nullptr, 16)));
}

}  // namespace loadline::conformance
