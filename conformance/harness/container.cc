// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/container.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.h"
#include "conformance/harness/hardware.h"
#include "conformance/harness/reaper.h"
#include "conformance/harness/resctrl.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr size_t kStreamCap = 4 << 20;
constexpr std::chrono::milliseconds kStatusTime{500};

Result<void> MakeDirectory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) != 0) return CallError("mkdir", path);
  return {};
}

Result<void> CopyProgram(const std::string& from, const std::string& to) {
  ASSIGN_OR_RETURN(const UniqueFd source, Open(from, O_RDONLY));
  ASSIGN_OR_RETURN(const UniqueFd target, Open(to, O_WRONLY | O_CREAT | O_EXCL, 0755));
  while (true) {
    const ssize_t count = sendfile(target.get(), source.get(), nullptr, 1 << 30);
    if (count < 0) return CallError("sendfile", to);
    if (count == 0) return {};
  }
}

std::string RandomWord() {
  std::array<unsigned char, 8> bytes{};
  (void)!getrandom(bytes.data(), bytes.size(), 0);
  std::string word;
  for (const unsigned char byte : bytes) word += static_cast<char>('a' + byte % 26);
  return word;
}

}  // namespace

Result<CellPaths> CellPaths::Make(const std::string& probe, Caller caller) {
  CellPaths paths;
  paths.caller = caller;
  paths.probe = probe;
  paths.base = "/run/" + RandomWord();
  paths.state = paths.base + "/state";
  paths.work = paths.base + "/work";
  paths.temporary = paths.base + "/tmp";
  paths.bundles = paths.base + "/bundles";
  for (const std::string& path :
       {paths.base, paths.state, paths.work, paths.temporary, paths.bundles})
    RETURN_IF_ERROR(MakeDirectory(path, 0755));
  if (IsRootless(caller) && !probe.empty()) {  // it may lie where only root can reach it
    paths.probe = paths.base + "/loadline-probe";
    RETURN_IF_ERROR(CopyProgram(probe, paths.probe));
  }
  RETURN_IF_ERROR(GiveTree(paths.base, caller));
  return paths;
}

void CappedStream::ReadMore() {
  std::array<char, 16384> buffer;
  while (fd) {
    pollfd entry{fd.get(), POLLIN, 0};
    if (poll(&entry, 1, 0) <= 0) return;
    const ssize_t count = read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) {  // a terminal whose other side is closed answers EIO
      fd.Reset();
      return;
    }
    const size_t kept = std::min(static_cast<size_t>(count), kStreamCap - bytes.size());
    bytes.append(buffer.data(), kept);
    truncated = truncated || kept < static_cast<size_t>(count);
    if (truncated) return;  // a flood must not keep us here
  }
}

const std::string& ContainerPrefix() {
  static const std::string prefix = "c" + RandomWord();
  return prefix;
}

std::string RandomContainerId() { return ContainerPrefix() + RandomWord(); }

void Container::CloseStreams() {
  input.Reset();
  output.fd.Reset();
  errors.fd.Reset();
  pidfd.Reset();
}

json Container::Values(const CellPaths& paths, bool inside) const {
  const std::string rootfs = bundle + "/rootfs";
  json values = {{"id", id},
                 {"bundle", bundle},
                 {"work", paths.work},
                 {"cgroup", "/" + id},
                 {"probe", inside ? kProbeInContainer : paths.probe},
                 {"log", inside ? kLogInContainer : rootfs + kLogInContainer}};
  if (const auto disk = FindDisk()) {
    values["disk.major"] = disk->major;
    values["disk.minor"] = disk->minor;
  }
  if (const std::string device = FindRdmaDevice(); !device.empty()) values["rdma"] = device;
  values.update(ResctrlValues(paths.resctrl));
  return values;
}

Result<json> ExpandConfig(const json& config, json outside, json inside) {
  if (!config.is_object()) return Failure("the configuration is not an object");
  json expanded = json::object();
  for (const auto& member : config.items()) {
    if (member.key() == "hooks" && member.value().is_object()) {
      for (const auto& hook : member.value().items()) {
        const bool in_container = hook.key() == "startContainer";
        ASSIGN_OR_RETURN(expanded["hooks"][hook.key()],
                         Expand(hook.value(), {in_container ? inside : outside, false}));
      }
      continue;
    }
    ASSIGN_OR_RETURN(expanded[member.key()],
                     Expand(member.value(), {member.key() == "process" ? inside : outside, false}));
  }
  return expanded;
}

Result<void> MakeBundle(Container& container, const CellPaths& paths) {
  container.bundle = paths.bundles + "/" + container.id;
  container.pid_file = paths.temporary + "/" + container.id + ".pid";
  RETURN_IF_ERROR(MakeDirectory(container.bundle, 0755));
  const std::string rootfs = container.bundle + "/rootfs";
  RETURN_IF_ERROR(MakeDirectory(rootfs, 0755));
  for (const char* directory : {"/dev", "/proc", "/sys", "/tmp"})
    RETURN_IF_ERROR(MakeDirectory(rootfs + directory, 0755));
  RETURN_IF_ERROR(CopyProgram(paths.probe, rootfs + kProbeInContainer));
  ASSIGN_OR_RETURN(const UniqueFd log,
                   Open(rootfs + kLogInContainer, O_WRONLY | O_CREAT | O_EXCL, 0666));
  if (fchmod(log.get(), 0666) != 0) return CallError("fchmod", kLogInContainer);
  return GiveTree(container.bundle, paths.caller);
}

Result<void> WriteConfig(const Container& container) {
  return WriteFileAtomically(container.bundle + "/config.json", container.config.dump(2));
}

std::optional<std::string> ReadLine(Container& container, const Deadline& deadline) {
  while (true) {
    container.output.ReadMore();
    container.errors.ReadMore();
    const size_t end = container.output.bytes.find('\n');
    if (end != std::string::npos) {
      std::string line = container.output.bytes.substr(0, end);
      container.output.bytes.erase(0, end + 1);
      std::erase(line, '\r');  // a terminal's
      return line;
    }
    if (!container.output.fd || container.output.truncated || deadline.Passed() || container.ended)
      return std::nullopt;
    std::array<pollfd, 3> entries{pollfd{container.output.fd.get(), POLLIN, 0},
                                  pollfd{container.errors.fd.get(), POLLIN, 0},
                                  pollfd{container.pidfd.get(), POLLIN, 0}};
    poll(entries.data(), entries.size(), deadline.PollTimeout());
    // The process has ended: what it wrote is in the pipe already, so look once more.
    if (entries[2].revents != 0 && entries[0].revents == 0) return std::nullopt;
  }
}

// Linux 6.15 says how a process ended to whoever holds a descriptor of it, once it was reaped.
struct PidfdInfo {
  uint64_t mask;
  uint64_t group;
  std::array<uint32_t, 11> ids;
  int32_t wait_status;
};
constexpr uint64_t kPidfdExit = 1 << 3;
constexpr unsigned long kPidfdGetInfo = _IOWR(0xff, 11, PidfdInfo);

// How a process ended, once somebody has reaped it: a monitor of the candidate's may. Nothing when
// the kernel does not tell.
std::optional<ExitStatus> StatusByDescriptor(int pidfd) {
  PidfdInfo info{};
  info.mask = kPidfdExit;
  if (ioctl(pidfd, kPidfdGetInfo, &info) != 0 && errno == ENOTTY) return std::nullopt;
  pollfd reaped{pidfd, 0, 0};  // POLLHUP comes without being asked for
  poll(&reaped, 1, Deadline::After(kStatusTime).PollTimeout());
  info = {};
  info.mask = kPidfdExit;
  if (ioctl(pidfd, kPidfdGetInfo, &info) != 0 || (info.mask & kPidfdExit) == 0) return std::nullopt;
  if (WIFSIGNALED(info.wait_status)) return ExitStatus{0, WTERMSIG(info.wait_status)};
  return ExitStatus{WEXITSTATUS(info.wait_status), 0};
}

// What pid 1 of the cell reaped it knows best: that process 1 of a pid namespace ended by reboot(2)
// the kernel tells its parent alone. A process that somebody else reaped has no status there.
ExitStatus StatusOf(const Container& container) {
  const auto told = StatusByDescriptor(container.pidfd.get());
  const Deadline deadline = Deadline::After(told ? std::chrono::milliseconds(0) : kStatusTime);
  if (auto status = Reaper::OfThisCell().StatusOf(container.pid, deadline)) return *status;
  return told.value_or(ExitStatus{-1, 0});
}

bool WaitForEnd(Container& container, const Deadline& deadline) {
  container.input.Reset();
  while (!container.ended) {
    container.output.ReadMore();
    container.errors.ReadMore();
    if (!container.pidfd) return false;
    std::array<pollfd, 3> entries{pollfd{container.pidfd.get(), POLLIN, 0},
                                  pollfd{container.output.fd.get(), POLLIN, 0},
                                  pollfd{container.errors.fd.get(), POLLIN, 0}};
    // What is truncated is not read any more, so it must not wake us either.
    if (container.output.truncated) entries[1].fd = -1;
    if (container.errors.truncated) entries[2].fd = -1;
    poll(entries.data(), entries.size(), deadline.PollTimeout());
    if (entries[0].revents != 0) {
      container.ended = StatusOf(container);
    } else if (deadline.Passed()) {
      return false;
    }
  }
  container.output.ReadMore();
  container.errors.ReadMore();
  return true;
}

}  // namespace loadline::conformance
