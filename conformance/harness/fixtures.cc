// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/fixtures.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "base/files.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/networks.h"
#include "conformance/harness/resctrl.h"
#include "conformance/harness/strict_object.h"
#include "conformance/harness/unix_socket.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

Result<mode_t> Mode(StrictObject& object, const char* fallback) {
  const std::string text = object.Text("mode", fallback);
  char* end = nullptr;
  const unsigned long mode = strtoul(text.c_str(), &end, 8);
  if (*end != '\0' || mode > 07777) return Failure("mode " + text + " is not octal");
  return static_cast<mode_t>(mode);
}

Result<void> MakeNode(StrictObject& object, const std::string& path, mode_t mode) {
  const std::string type = object.RequiredText("type");
  const dev_t device = makedev(static_cast<unsigned>(object.Number("major").value_or(0)),
                               static_cast<unsigned>(object.Number("minor").value_or(0)));
  mode_t format = S_IFIFO;
  if (type == "character") format = S_IFCHR;
  if (type == "block") format = S_IFBLK;
  if (mknod(path.c_str(), format | mode, device) != 0) return CallError("mknod", path);
  return {};
}

struct MountWord {
  std::string_view word;
  uint64_t attribute;
};
constexpr MountWord kMountWords[] = {
    {"ro", MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC},
    {"noatime", MOUNT_ATTR_NOATIME},
    {"nodiratime", MOUNT_ATTR_NODIRATIME},
    {"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW},
};

// A tmpfs in the cell's own mount namespace, so that it ends with the cell.
Result<void> MakeMount(StrictObject& object, const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  mount_attr attributes{};
  for (const std::string& option : object.Texts("options")) {
    const auto* found = std::find_if(std::begin(kMountWords), std::end(kMountWords),
                                     [&](const MountWord& known) { return known.word == option; });
    if (found == std::end(kMountWords))
      return Failure("fixture: a mount has no option \"" + option + "\"",
                     "INTERPRETING.md lists them");
    attributes.attr_set |= found->attribute;
  }
  // The kernel changes how access times are kept as a whole only.
  if ((attributes.attr_set & MOUNT_ATTR_NOATIME) != 0) attributes.attr_clr = MOUNT_ATTR__ATIME;
  if (object.Flag("shared", false)) attributes.propagation = MS_SHARED;
  if (mount("tmpfs", path.c_str(), "tmpfs", 0, "mode=755") != 0) return CallError("mount", path);
  if (mount_setattr(AT_FDCWD, path.c_str(), 0, &attributes, sizeof attributes) != 0)
    return CallError("mount_setattr", path);
  return {};
}

// Makes a file, directory, link, node or socket at `path`.
Result<void> MakePath(const std::string& kind, StrictObject& object, const std::string& path,
                      std::vector<UniqueFd>& sockets) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  ASSIGN_OR_RETURN(const mode_t mode, Mode(object, kind == "dir" ? "0755" : "0644"));
  if (kind == "dir") {
    if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return CallError("mkdir", path);
  } else if (kind == "file") {
    RETURN_IF_ERROR(WriteFileAtomically(path, object.Text("content", ""), mode));
  } else if (kind == "link") {
    if (symlink(object.RequiredText("target").c_str(), path.c_str()) != 0)
      return CallError("symlink", path);
  } else if (kind == "node") {
    RETURN_IF_ERROR(MakeNode(object, path, mode));
  } else {
    ASSIGN_OR_RETURN(UniqueFd socket, ListenAt(path));
    sockets.push_back(std::move(socket));
  }
  if (kind != "link" && chmod(path.c_str(), mode) != 0) return CallError("chmod", path);
  const uid_t uid = static_cast<uid_t>(object.Number("uid").value_or(0));
  const gid_t gid = static_cast<gid_t>(object.Number("gid").value_or(0));
  if ((uid != 0 || gid != 0) && lchown(path.c_str(), uid, gid) != 0)
    return CallError("lchown", path);
  return {};
}

}  // namespace

Result<void> Fixtures::Make(const json& fixture, const std::string& bundle, const CellView& view) {
  StrictObject object(fixture, "fixture");
  const std::string kind = object.RequiredText("make");
  if (kind == "namespace") {
    const std::string name = object.RequiredText("name");
    const std::string type = object.RequiredText("type");
    const NamespaceType* known = FindNamespaceType(type);
    if (known == nullptr) return Failure("fixture: \"" + type + "\" is no type of namespace");
    ASSIGN_OR_RETURN(const pid_t pid, holders_.Start(known->flag, view.caller));
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/" + std::string(known->file);
    std::array<char, 64> identity{};
    if (readlink(path.c_str(), identity.data(), identity.size() - 1) < 0)
      return CallError("readlink", path);
    placeholders_["ns." + name] = path;
    if (!holders_.user_namespace().empty())
      placeholders_[kCallersNamespace] = holders_.user_namespace();
    identities_[name] = identity.data();
    if (type == "network") networks_[name] = path;
    return object.Finish();
  }
  if (kind == "network-device") {
    networks_["cell"] = "/proc/self/ns/net";
    return MakeNetworkDevice(object);
  }
  if (kind == "resctrl-group") return MakeResctrlGroup(object, view.resctrl);
  if (kind == "process") {
    const std::string name = object.RequiredText("name");
    ASSIGN_OR_RETURN(const pid_t pid, holders_.Start(0, view.caller));
    placeholders_["pid." + name] = pid;
    return object.Finish();
  }
  std::string path = object.RequiredText("path");
  if (kind == "cgroup") {
    for (const Hierarchy& hierarchy : view.hierarchies) {
      const std::string directory = MountInCell(view, hierarchy) + "/" + path;
      std::error_code error;
      std::filesystem::create_directories(directory, error);
      if (error) return Failure("fixture: cannot make the cgroup " + directory);
      if (view.caller == Caller::kUserWithGroups) RETURN_IF_ERROR(DelegateGroup(directory));
      groups_.push_back(CleanPath(directory));
    }
    return object.Finish();
  }
  if (kind == "agent") {
    const std::string name = object.RequiredText("name");
    const auto number = static_cast<int>(object.Number("errno").value_or(EPERM));
    RETURN_IF_ERROR(object.Finish());
    ASSIGN_OR_RETURN(SeccompAgent agent, SeccompAgent::Listen(path, number));
    agents_.emplace(name, std::move(agent));
    return {};
  }
  if (kind == "mount") {
    RETURN_IF_ERROR(MakeMount(object, path.starts_with("/") ? path : bundle + "/" + path));
    return object.Finish();
  }
  if (kind != "dir" && kind != "file" && kind != "link" && kind != "node" && kind != "socket")
    return Failure("fixture: nothing is known to make as \"" + kind + "\"",
                   "INTERPRETING.md lists the fixtures");
  if (!path.starts_with("/")) path = bundle + "/" + path;
  RETURN_IF_ERROR(MakePath(kind, object, path, sockets_));
  return object.Finish();
}

json Fixtures::Observe() const {
  json observed = {{"fixtures", identities_}};
  // Where no device was made there is nothing to see.
  if (networks_.contains("cell")) {
    for (const auto& [name, path] : networks_) observed["networks"][name] = ObserveNetwork(path);
  }
  for (const auto& [name, agent] : agents_) observed["agents"][name] = agent.Report();
  return observed;
}

}  // namespace loadline::conformance
