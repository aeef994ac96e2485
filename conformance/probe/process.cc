// SPDX-License-Identifier: Apache-2.0
// How the process was started: arguments, environment, directory, descriptors, names.
#include <dirent.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

std::string LinkTarget(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t length = readlink(path.c_str(), target, sizeof target);
  return length > 0 ? std::string(target, static_cast<size_t>(length)) : std::string();
}

// Open descriptors, without the one that is looking.
Json Descriptors(Json& unavailable) {
  Json descriptors = Json::object();
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  if (!directory) {
    unavailable["fds"] = "/proc/self/fd: " + ErrnoName(errno);
    return nullptr;
  }
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name[0] == '.' || std::atoi(name.c_str()) == dirfd(directory.get())) continue;
    descriptors[name] = LinkTarget("/proc/self/fd/" + name);
  }
  return descriptors;
}

Json DirectoryEntries(const char* path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path), closedir);
  if (!directory) return nullptr;
  while (const dirent* entry = readdir(directory.get())) {
    if (std::string_view(entry->d_name) != "." && std::string_view(entry->d_name) != "..")
      names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// What the standard streams are.
Json StandardStreams() {
  Json kinds = Json::array();
  for (const int fd : {0, 1, 2}) {
    struct stat info {};
    const char* kind = "closed";
    if (fstat(fd, &info) == 0) {
      kind = isatty(fd) == 1          ? "terminal"
             : S_ISFIFO(info.st_mode) ? "pipe"
             : S_ISSOCK(info.st_mode) ? "socket"
             : S_ISREG(info.st_mode)  ? "file"
             : S_ISDIR(info.st_mode)  ? "directory"
                                      : "device";
    }
    kinds.push_back(kind);
  }
  return kinds;
}

void ObserveChildren(Json& probe) {
  const std::string own = "/proc/self/task/" + std::to_string(gettid());
  if (access((own + "/children").c_str(), R_OK) != 0) {
    probe["unavailable"]["children"] = "the kernel does not list children: " + ErrnoName(errno);
    return;
  }
  probe["children"] = Json::array();
  for (const std::string& pid : Words(ReadText(own + "/children")))
    probe["children"].push_back(std::atoi(pid.c_str()));
}

}  // namespace

void ObserveProcess(Json& probe) {
  probe["pid"] = getpid();
  probe["ppid"] = getppid();
  probe["sid"] = getsid(0);
  Json environment = Json::object();
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const size_t equals = text.find('=');
    environment[text.substr(0, equals)] =
        equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  probe["environ"] = environment;
  char cwd[PATH_MAX];
  if (getcwd(cwd, sizeof cwd) != nullptr) {
    probe["cwd"] = cwd;
  } else {
    probe["unavailable"]["cwd"] = "getcwd: " + ErrnoName(errno);
  }
  Json descriptors = Descriptors(probe["unavailable"]);
  if (!descriptors.is_null()) probe["fds"] = descriptors;
  utsname names{};
  if (uname(&names) == 0) {
    probe["hostname"] = names.nodename;
    probe["domainname"] = names.domainname;
    probe["machine"] = names.machine;
  }
  const int persona = personality(0xffffffff);
  if (persona >= 0) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", static_cast<unsigned>(persona));
    probe["personality"] = text;
  }
  probe["stdio"] = StandardStreams();
  ObserveChildren(probe);
  Json devices = DirectoryEntries("/dev");
  if (!devices.is_null()) probe["devices"] = devices;
}

}  // namespace loadline::probe
