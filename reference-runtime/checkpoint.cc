// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "reference-runtime/context.h"
#include "reference-runtime/criu.h"
#include "reference-runtime/watch.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

std::string Hexadecimal(uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%lx", static_cast<unsigned long>(number));
  return text;
}

std::set<std::string> MountsOf(const std::string& process) {
  std::set<std::string> ids;
  for (const std::string& line : SplitText(ReadFile(process + "/mountinfo").value_or(""), '\n'))
    ids.insert(line.substr(0, line.find(' ')));
  return ids;
}

std::string MountOf(const std::string& process, int fd) {
  const auto words = Words(ReadFile(process + "/fdinfo/" + std::to_string(fd)).value_or(""));
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "mnt_id:") return words[i + 1];
  }
  return "";
}

// criu's names for what the first three descriptors lead to outside of the container; empty for
// what is inside.
std::vector<std::string> ExternalDescriptors(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const std::set<std::string> mounts = MountsOf(process);
  std::vector<std::string> names;
  for (int fd = 0; fd < 3; ++fd) {
    const std::string path = process + "/fd/" + std::to_string(fd);
    char link[PATH_MAX] = {};
    struct stat info {};
    std::string name;
    if (readlink(path.c_str(), link, sizeof link - 1) > 0 && stat(path.c_str(), &info) == 0) {
      const std::string mount = MountOf(process, fd);
      if (S_ISFIFO(info.st_mode) && std::string_view(link).starts_with("pipe:")) {
        name = link;
      } else if (!S_ISSOCK(info.st_mode) && mounts.count(mount) == 0) {
        name = "file[" + Hexadecimal(std::strtoull(mount.c_str(), nullptr, 10)) + ":" +
               Hexadecimal(info.st_ino) + "]";
      }
    }
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> Arguments(const Context& context,
                                   const std::vector<std::string>& descriptors) {
  std::vector<std::string> arguments = {"--tree", std::to_string(context.pid), "--root",
                                        context.config.root_path};
  for (const std::string& name : descriptors) {
    if (name.starts_with("file[")) arguments.insert(arguments.end(), {"--external", name});
  }
  for (const MountSpec& mount : context.config.mounts) {
    if (!IsBind(mount)) continue;
    const std::string path = CleanPath("/" + mount.destination);
    arguments.insert(arguments.end(), {"--external", "mnt[" + path + "]:" + path});
  }
  const NamespaceSpec* network = context.config.linux_spec.Find(CLONE_NEWNET);
  struct stat info {};
  if (network != nullptr && !network->path.empty() && stat(network->path.c_str(), &info) == 0)
    arguments.insert(arguments.end(),
                     {"--external", "net[" + std::to_string(info.st_ino) + "]:" + kNetwork});
  return arguments;
}

}  // namespace

bool IsBind(const MountSpec& mount) {
  for (const std::string& option : mount.options) {
    if (option == "bind" || option == "rbind") return true;
  }
  return mount.type == "bind";
}

Result<void> Checkpoint(const CheckpointOptions& options) {
  ASSIGN_OR_RETURN(Context context, LoadContext(options.root, options.id));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(context.container));
  if (status != "running" && status != "paused")
    return Failure("container \"" + options.id + "\" is " + status + ", not running",
                   "only a running container can be kept");
  if (context.config.process && context.config.process->terminal)
    return Failure("a container with a terminal cannot be kept: nobody here holds its other end",
                   "run it without process.terminal");
  const auto descriptors = ExternalDescriptors(context.pid);
  std::vector<std::string> arguments = Arguments(context, descriptors);
  if (options.leave_running) arguments.push_back("--leave-running");
  if (status == "paused") RETURN_IF_ERROR(Thaw(context.container.cgroup));
  RETURN_IF_ERROR(RunCriu(options.memory_only ? "pre-dump" : "dump", options.criu, arguments));
  if (options.memory_only) return {};
  RETURN_IF_ERROR(WriteFileAtomically(options.criu.images + kDescriptorsFile,
                                      nlohmann::json(descriptors).dump(), 0600));
  if (options.leave_running) return {};
  ChangeStatus(context, "stopped");  // by criu
  return RunAlone(DeleteStages(), context);
}

}  // namespace loadline::runtime
