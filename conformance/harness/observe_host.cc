// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/observe_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr size_t kFileCap = 1 << 20;
constexpr size_t kContentCap = 4096;
constexpr const char* kNamespaceFiles[] = {"cgroup", "ipc",  "mnt",  "net",
                                           "pid",    "time", "user", "uts"};

std::string LinkTarget(const std::string& path) {
  std::array<char, 4096> target{};
  const ssize_t length = readlink(path.c_str(), target.data(), target.size() - 1);
  return length < 0 ? "" : std::string(target.data(), static_cast<size_t>(length));
}

json NamespacesOf(const std::string& process) {
  json namespaces = json::object();
  for (const char* file : kNamespaceFiles) {
    const std::string identity = LinkTarget(process + "/ns/" + file);
    if (!identity.empty()) namespaces[file] = identity;
  }
  return namespaces;
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string TextOf(const std::string& path) {
  return Trimmed(ReadFile(path, kFileCap).value_or(""));
}

// "0 1000 1" lines of uid_map and gid_map.
json MappingsOf(const std::string& path) {
  json mappings = json::array();
  std::istringstream lines(TextOf(path));
  uint64_t inside = 0;
  uint64_t outside = 0;
  uint64_t size = 0;
  while (lines >> inside >> outside >> size)
    mappings.push_back({{"containerID", inside}, {"hostID", outside}, {"size", size}});
  return mappings;
}

// By controller, "name=…" and "" for v2, as /proc/<pid>/cgroup has them.
json CgroupsOf(const std::string& process) {
  json cgroups = json::object();
  std::istringstream lines(TextOf(process + "/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::istringstream controllers(line.substr(first + 1, second - first - 1));
    const std::string path = line.substr(second + 1);
    bool any = false;
    for (std::string name; std::getline(controllers, name, ',');) {
      cgroups[name] = path;
      any = true;
    }
    if (!any) cgroups["unified"] = path;
  }
  return cgroups;
}

// The directory that holds a control file such as "memory.limit_in_bytes"; empty when none does.
std::string DirectoryOf(const std::string& file, const json& cgroups, const CellView& view) {
  const std::string controller = file.substr(0, file.find('.'));
  for (const Hierarchy& hierarchy : view.hierarchies) {
    const std::string key = hierarchy.v2 ? "unified" : controller;
    std::istringstream names(hierarchy.controllers);
    bool has = hierarchy.v2;
    for (std::string name; std::getline(names, name, ',');) has = has || name == controller;
    if (!has || !cgroups.contains(key)) continue;
    std::string directory = MountInCell(view, hierarchy) + cgroups[key].get<std::string>();
    if (access((directory + "/" + file).c_str(), F_OK) == 0) return directory;
  }
  return "";
}

const char* TypeOf(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "directory";
    case S_IFLNK:
      return "link";
    case S_IFCHR:
      return "character";
    case S_IFBLK:
      return "block";
    case S_IFIFO:
      return "fifo";
    default:
      return "socket";
  }
}

}  // namespace

json ObserveProcess(const Container& container, const CellView& view,
                    const std::set<std::string>& cgroup_files) {
  if (container.pid <= 0) return nullptr;
  const std::string process = "/proc/" + std::to_string(container.pid);
  json namespaces = NamespacesOf(process);
  if (namespaces.empty()) return nullptr;
  json host = {{"pid", container.pid},
               {"namespaces", std::move(namespaces)},
               {"parentNamespaces", NamespacesOf("/proc/self")},
               {"cgroups", CgroupsOf(process)},
               {"uidMap", MappingsOf(process + "/uid_map")},
               {"gidMap", MappingsOf(process + "/gid_map")},
               {"pidFile", TextOf(container.pid_file)}};
  const std::string score = TextOf(process + "/oom_score_adj");
  if (!score.empty()) host["oomScoreAdj"] = strtol(score.c_str(), nullptr, 10);
  json files = json::object();
  for (const std::string& file : cgroup_files) {
    const std::string directory = DirectoryOf(file, host["cgroups"], view);
    if (!directory.empty()) files[file] = TextOf(directory + "/" + file);
  }
  host["cgroupFiles"] = std::move(files);
  return host;
}

json ObservePath(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return {{"exists", false}};
  std::array<char, 8> mode{};
  snprintf(mode.data(), mode.size(), "%04o", status.st_mode & 07777);
  json entry = {{"exists", true},       {"type", TypeOf(status.st_mode)}, {"mode", mode.data()},
                {"uid", status.st_uid}, {"gid", status.st_gid},           {"size", status.st_size}};
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    entry["major"] = major(status.st_rdev);
    entry["minor"] = minor(status.st_rdev);
  }
  if (S_ISLNK(status.st_mode)) entry["target"] = LinkTarget(path);
  if (S_ISREG(status.st_mode)) {
    auto content = ReadFile(path, kContentCap);
    if (content) entry["content"] = *content;
  }
  if (S_ISDIR(status.st_mode)) {
    std::set<std::string> names;
    std::error_code error;
    for (auto child = std::filesystem::directory_iterator(path, error);
         !error && child != std::filesystem::directory_iterator(); child.increment(error))
      names.insert(child->path().filename().string());
    entry["entries"] = names;
  }
  return entry;
}

json ReadLog(const Container& container) {
  json log = json::array();
  // The container owns its rootfs, so nothing in it is followed to the outside.
  const UniqueFd root(open((container.bundle + "/rootfs").c_str(), O_PATH | O_CLOEXEC));
  auto file = OpenInRoot(root.get(), kLogInContainer, O_RDONLY | O_NONBLOCK);
  if (!file) return log;
  std::istringstream lines(ReadFd(file->get(), kFileCap).value_or(""));
  for (std::string line; std::getline(lines, line);) log.push_back(line);
  return log;
}

json ReadHooks(const Container& container) {
  json hooks = json::object();
  const std::string rootfs = container.bundle + "/rootfs";
  const UniqueFd root(open(rootfs.c_str(), O_PATH | O_CLOEXEC));
  const std::string prefix = std::string(kLogInContainer).substr(1) + ".";
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(rootfs, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".json")) continue;
    auto file = OpenInRoot(root.get(), "/" + name, O_RDONLY | O_NONBLOCK);
    if (!file) continue;
    json document = ParseForeign(ReadFd(file->get(), kFileCap).value_or(""));
    if (document.is_object())
      hooks[name.substr(prefix.size(), name.size() - prefix.size() - 5)] = std::move(document);
  }
  return hooks;
}

}  // namespace loadline::conformance
