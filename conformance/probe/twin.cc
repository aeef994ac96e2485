// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/twin.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/unique_fd.h"
#include "conformance/probe/capability_names.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

struct Option {
  std::string_view word;
  unsigned long flag;
};
constexpr Option kOptions[] = {
    {"ro", MS_RDONLY},
    {"nosuid", MS_NOSUID},
    {"nodev", MS_NODEV},
    {"noexec", MS_NOEXEC},
    {"strictatime", MS_STRICTATIME},
    {"relatime", MS_RELATIME},
    {"noatime", MS_NOATIME},
    {"bind", MS_BIND},
    {"rbind", MS_BIND | MS_REC},
};

struct Node {
  const char* name;
  unsigned major;
  unsigned minor;
};
constexpr Node kNodes[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                           {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
constexpr const char* kLinks[][2] = {{"/proc/self/fd", "fd"},
                                     {"/proc/self/fd/0", "stdin"},
                                     {"/proc/self/fd/1", "stdout"},
                                     {"/proc/self/fd/2", "stderr"},
                                     {"pts/ptmx", "ptmx"}};

struct Limit {
  std::string_view type;
  __rlimit_resource resource;
};
constexpr Limit kLimits[] = {{"RLIMIT_NOFILE", RLIMIT_NOFILE}, {"RLIMIT_NPROC", RLIMIT_NPROC},
                             {"RLIMIT_FSIZE", RLIMIT_FSIZE},   {"RLIMIT_STACK", RLIMIT_STACK},
                             {"RLIMIT_CORE", RLIMIT_CORE},     {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK}};

// What the host has there, with everything below it.
Result<void> Bind(const std::string& source, const std::string& target, unsigned long flags) {
  if (mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return CallError("mount", source + " on " + target);
  const unsigned long again = MS_REMOUNT | MS_BIND | (flags & ~MS_REC);
  if (mount(nullptr, target.c_str(), nullptr, again, nullptr) != 0)
    return CallError("mount", "the options of " + target);
  return {};
}

Result<void> Mount(const Json& mount_entry, const std::string& root) {
  unsigned long flags = 0;
  std::string data;
  for (const std::string option : mount_entry.value("options", Json::array())) {
    unsigned long flag = 0;
    for (const Option& known : kOptions) {
      if (known.word == option) flag = known.flag;
    }
    flags |= flag;
    // Each mount of devpts and mqueue is a new one by now.
    if (flag == 0 && option != "newinstance") data += (data.empty() ? "" : ",") + option;
  }
  const std::string target = root + mount_entry.at("destination").get<std::string>();
  const std::string type = mount_entry.at("type");
  std::filesystem::create_directories(target);
  if ((flags & MS_BIND) != 0) return Bind(mount_entry.at("source"), target, flags);
  if (mount(mount_entry.value("source", type).c_str(), target.c_str(), type.c_str(), flags,
            data.c_str()) != 0)
    return CallError("mount", type + " on " + target);
  return {};
}

Result<void> Protect(const std::string& path) {
  if (mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0)
    return errno == ENOENT ? Result<void>() : CallError("mount", path + ", on itself");
  if (mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
    return CallError("mount", path + ", read-only");
  return {};
}

Result<void> MakeDevices(const std::string& root) {
  umask(0);
  for (const Node& node : kNodes) {
    const std::string path = root + "/dev/" + node.name;
    if (mknod(path.c_str(), S_IFCHR | 0666, makedev(node.major, node.minor)) != 0)
      return CallError("mknod", path);
  }
  for (const auto& [target, name] : kLinks) (void)!symlink(target, (root + "/dev/" + name).c_str());
  umask(022);
  return {};
}

void RaiseLoopback() {
  const UniqueFd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::string_view("lo").copy(request.ifr_name, sizeof request.ifr_name);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  (void)ioctl(any.get(), SIOCSIFFLAGS, &request);
}

Result<void> EnterRoot(const Json& config, const std::string& bundle) {
  if (unshare(CLONE_NEWNS) != 0) return CallError("unshare", "CLONE_NEWNS");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return CallError("mount", "/, private");
  const std::string root = bundle + "/" + config.at("root").at("path").get<std::string>();
  if (mount(root.c_str(), root.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return CallError("mount", root + " on itself");
  for (const Json& entry : config.value("mounts", Json::array()))
    RETURN_IF_ERROR(Mount(entry, root));
  RETURN_IF_ERROR(MakeDevices(root));
  for (const std::string path :
       config.value(Json::json_pointer("/linux/readonlyPaths"), Json::array()))
    RETURN_IF_ERROR(Protect(root + path));
  if (chdir(root.c_str()) != 0) return CallError("chdir", root);
  // A process that has no more than another root may not make user namespaces (unshare(2)): the
  // root becomes the mount namespace's own.
  if (mount(".", "/", nullptr, MS_MOVE, nullptr) != 0) return CallError("mount", root + " on /");
  if (chroot(".") != 0) return CallError("chroot", root);
  return {};
}

bool IsGranted(const Json& process, size_t capability) {
  const Json granted = process.value(Json::json_pointer("/capabilities/effective"), Json::array());
  return capability < std::size(kCapabilityNames) &&
         std::find(granted.begin(), granted.end(), kCapabilityNames[capability]) != granted.end();
}

// What is not in the bounding set root does not get by execve() either.
Result<void> ConfineCapabilities(const Json& process) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (!IsGranted(process, static_cast<size_t>(capability)) &&
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      return CallError("prctl", "PR_CAPBSET_DROP");
  }
  return {};
}

Result<void> BecomeUser(const Json& process) {
  for (const Json& entry : process.value("rlimits", Json::array())) {
    for (const Limit& known : kLimits) {
      const rlimit limit{entry.value("soft", rlim_t{0}), entry.value("hard", rlim_t{0})};
      if (entry.at("type") == known.type && setrlimit(known.resource, &limit) != 0)
        return CallError("setrlimit", std::string(known.type));
    }
  }
  const Json user = process.value("user", Json::object());
  const std::vector<gid_t> groups = user.value("additionalGids", std::vector<gid_t>());
  const gid_t gid = user.value("gid", gid_t{0});
  const uid_t uid = user.value("uid", uid_t{0});
  if (setgroups(groups.size(), groups.data()) != 0) return CallError("setgroups");
  if (setresgid(gid, gid, gid) != 0) return CallError("setresgid");
  if (setresuid(uid, uid, uid) != 0) return CallError("setresuid");
  umask(user.value("umask", mode_t{022}));
  const std::string cwd = process.at("cwd");
  if (chdir(cwd.c_str()) != 0) return CallError("chdir", cwd);
  return {};
}

Error Execute(const Json& process) {
  const auto strings = [&](const char* key) {
    return process.value(key, std::vector<std::string>());
  };
  const std::vector<std::string> args = strings("args");
  const std::vector<std::string> environment = strings("env");
  const auto pointers = [](const std::vector<std::string>& list) {
    std::vector<char*> addresses;
    for (const std::string& text : list) addresses.push_back(const_cast<char*>(text.c_str()));
    addresses.push_back(nullptr);
    return addresses;
  };
  execve(args.at(0).c_str(), pointers(args).data(), pointers(environment).data());
  return CallError("execve", args[0]);
}

Result<void> Become(const std::string& bundle, bool confined) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(bundle + "/config.json"));
  const Json config = Json::parse(text);
  if (config.at("root").value("readonly", false) || config.contains("hooks"))
    return Failure("a twin knows neither a read-only root nor hooks");
  RaiseLoopback();
  RETURN_IF_ERROR(EnterRoot(config, bundle));
  RETURN_IF_ERROR(BecomeUser(config.at("process")));
  if (confined) RETURN_IF_ERROR(ConfineCapabilities(config.at("process")));
  return Execute(config.at("process"));
}

}  // namespace

std::string BecomeTwin(const std::string& bundle, bool confined) {
  try {
    return Become(bundle, confined).error().ToLine();
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

}  // namespace loadline::probe
