// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/criu.h"
#include "reference-runtime/foreground.h"
#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"
#include "reference-runtime/watch.h"

namespace loadline::runtime {
namespace {

// Above those that criu has for itself.
constexpr int kFirstDescriptor = 20;

// criu wants the root to be a mount point. In a mount namespace of our own, so that nobody sees it.
class MountedRoot {
 public:
  explicit MountedRoot(std::string place) : place_(std::move(place)) {}
  MountedRoot(const MountedRoot&) = delete;
  MountedRoot& operator=(const MountedRoot&) = delete;
  ~MountedRoot() {
    umount2(place_.c_str(), MNT_DETACH);
    rmdir(place_.c_str());
  }

  Result<void> Mount(const std::string& root) {
    if (mkdir(place_.c_str(), 0700) != 0) return CallError("mkdir", place_);
    if (unshare(CLONE_NEWNS) != 0) return CallError("unshare", "CLONE_NEWNS");
    if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
      return CallError("mount", "/, propagation");
    if (mount(root.c_str(), place_.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
      return CallError("mount", root + ", " + place_);
    return {};
  }

 private:
  std::string place_;
};

// A bundle that was carried here may lack the mount points that create made in the other.
Result<void> MakeMountPoints(const Context& context) {
  ASSIGN_OR_RETURN(const UniqueFd root, Open(context.config.root_path, O_PATH | O_DIRECTORY));
  for (const MountSpec& mount : context.config.mounts) {
    struct stat info {};
    const bool is_file =
        IsBind(mount) && stat(mount.source.c_str(), &info) == 0 && !S_ISDIR(info.st_mode);
    if (OpenInRoot(root.get(), mount.destination, O_PATH).has_value() || is_file) continue;
    auto made = MakeDirectoriesInRoot(root.get(), mount.destination, 0755);
    if (!made.has_value()) Debug("mount point: " + made.error().ToLine());  // one in a tmpfs
  }
  return {};
}

struct Call {
  std::vector<std::string> arguments;
  std::vector<std::pair<int, int>> descriptors;
  UniqueFd network;
};

// The first three descriptors are ours now in place of those that were there.
Result<void> HandOver(const std::string& images, Call& call) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(images + kDescriptorsFile));
  const auto names = nlohmann::json::parse(text, nullptr, false);
  if (!names.is_array())
    return Failure(images + kDescriptorsFile + " is not what checkpoint writes");
  for (int fd = 0; fd < 3 && fd < static_cast<int>(names.size()); ++fd) {
    const auto& name = names[static_cast<size_t>(fd)];
    if (!name.is_string() || name.get<std::string>().empty()) continue;
    const int there = kFirstDescriptor + fd;
    call.descriptors.emplace_back(fd, there);
    call.arguments.insert(
        call.arguments.end(),
        {"--inherit-fd", "fd[" + std::to_string(there) + "]:" + name.get<std::string>()});
  }
  return {};
}

Result<Call> PrepareCall(const Context& context, const std::string& images, const std::string& root,
                         const std::string& pid_file) {
  Call call;
  call.arguments = {
      "--restore-detached", "--restore-sibling", "--pidfile", pid_file, "--root", root};
  RETURN_IF_ERROR(HandOver(images, call));
  for (const MountSpec& mount : context.config.mounts) {
    if (!IsBind(mount)) continue;
    call.arguments.insert(
        call.arguments.end(),
        {"--external", "mnt[" + CleanPath("/" + mount.destination) + "]:" + mount.source});
  }
  const NamespaceSpec* network = context.config.linux_spec.Find(CLONE_NEWNET);
  if (network != nullptr && !network->path.empty()) {
    ASSIGN_OR_RETURN(call.network, Open(network->path, O_RDONLY));
    const int there = kFirstDescriptor + 3;
    call.descriptors.emplace_back(call.network.get(), there);
    call.arguments.insert(call.arguments.end(),
                          {"--inherit-fd", "fd[" + std::to_string(there) + "]:" + kNetwork});
  }
  return call;
}

Result<void> RestoreIn(Context& context, const CriuOptions& criu) {
  RETURN_IF_ERROR(RunAlone(PrepareRestoreStages(), context));
  RETURN_IF_ERROR(MakeMountPoints(context));
  const std::string root = context.state_directory + "/root";
  const std::string pid_file = context.state_directory + "/pid";
  MountedRoot mounted(root);
  RETURN_IF_ERROR(mounted.Mount(context.config.root_path));
  ASSIGN_OR_RETURN(const Call call, PrepareCall(context, criu.images, root, pid_file));
  RETURN_IF_ERROR(RunCriu("restore", criu, call.arguments, call.descriptors));
  ASSIGN_OR_RETURN(const std::string pid, ReadFile(pid_file));
  unlink(pid_file.c_str());
  context.pid = std::atoi(pid.c_str());
  context.container.pid = context.pid;
  ASSIGN_OR_RETURN(context.container.start_time, StartTime(context.pid));
  RETURN_IF_ERROR(JoinCgroups(context));
  RETURN_IF_ERROR(SaveCreated(context));
  ChangeStatus(context, "running");
  return {};
}

}  // namespace

Result<int> Restore(const CreateOptions& options, const RunBehaviour& behaviour,
                    const CriuOptions& criu) {
  ASSIGN_OR_RETURN(Context context, NewContext(options));
  if (context.config.process && context.config.process->terminal)
    return Failure("a container with a terminal cannot be restored",
                   "checkpoint one without process.terminal");
  ASSIGN_OR_RETURN(Foreground foreground, Foreground::Prepare(context, behaviour.detach));
  auto restored = RestoreIn(context, criu);
  if (!restored.has_value()) {
    Undo(context);
    return std::move(restored).error();
  }
  if (behaviour.detach) return 0;
  ASSIGN_OR_RETURN(const int status, foreground.WaitForEnd(context.pid));
  ChangeStatus(context, "stopped");
  RETURN_IF_ERROR(RunAlone(DeleteStages(), context));
  return status;
}

}  // namespace loadline::runtime
