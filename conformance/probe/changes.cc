// SPDX-License-Identifier: Apache-2.0
// Ways to change a directory and what is in it, each tried and undone at once; and of which kind
// the file system at a path is.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

std::string Answer(bool done) { return done ? "ok" : ErrnoName(errno); }

// `inside` is a new name in the directory, `kept` one that is there.
struct Places {
  std::string directory;
  std::string inside;
  std::string kept;
};

std::string MakeFile(const Places& at) {
  const UniqueFd fd(open(at.inside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const std::string answer = Answer(static_cast<bool>(fd));
  if (fd) unlink(at.inside.c_str());
  return answer;
}

std::string MakeDirectory(const Places& at) {
  const std::string answer = Answer(mkdir(at.inside.c_str(), 0700) == 0);
  if (answer == "ok") rmdir(at.inside.c_str());
  return answer;
}

std::string MakeLink(const Places& at) {
  const std::string answer = Answer(symlink("nowhere", at.inside.c_str()) == 0);
  if (answer == "ok") unlink(at.inside.c_str());
  return answer;
}

std::string ChangeMode(const Places& at) {
  struct stat info {};
  if (stat(at.kept.c_str(), &info) != 0) return ErrnoName(errno);
  return Answer(chmod(at.kept.c_str(), info.st_mode & 07777) == 0);
}

std::string ChangeTimes(const Places& at) {
  struct stat info {};
  if (stat(at.kept.c_str(), &info) != 0) return ErrnoName(errno);
  const timespec times[] = {info.st_atim, info.st_mtim};
  return Answer(utimensat(AT_FDCWD, at.kept.c_str(), times, 0) == 0);
}

std::string Rename(const Places& at) {
  const std::string answer = Answer(rename(at.kept.c_str(), at.inside.c_str()) == 0);
  if (answer == "ok") rename(at.inside.c_str(), at.kept.c_str());
  return answer;
}

std::string OpenToWrite(const Places& at) {
  const UniqueFd fd(open(at.kept.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  return Answer(static_cast<bool>(fd));
}

struct Way {
  const char* name;
  std::string (*go)(const Places&);
};
constexpr Way kWays[] = {{"make-file", MakeFile},       {"make-directory", MakeDirectory},
                         {"make-link", MakeLink},       {"change-mode", ChangeMode},
                         {"change-times", ChangeTimes}, {"rename", Rename},
                         {"open-to-write", OpenToWrite}};

// {"path": directory, "kept": name of a file in it}
Json Change(const Json& message) {
  const std::string directory = message.value("path", "/");
  const Places places{directory, directory + "/.loadline-change",
                      directory + "/" + message.value("kept", "kept")};
  Json answer = Json::object();
  for (const Way& way : kWays) answer[way.name] = way.go(places);
  return {{"changed", answer}};
}

// Mounts a small file system with a marker in it; it stays until the container ends.
Json MountMarker(const Json& message) {
  const std::string path = message.value("path", "/");
  if (mount("tmpfs", path.c_str(), "tmpfs", 0, "size=64k") != 0)
    return {{"mounted", ErrnoName(errno)}};
  const UniqueFd marker(open((path + "/marker").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  return {{"mounted", Answer(static_cast<bool>(marker))}};
}

Json KindOf(const Json& message) {
  struct statfs info {};
  if (statfs(message.value("path", "/").c_str(), &info) != 0)
    return {{"kind", "none"}, {"error", ErrnoName(errno)}};
  switch (info.f_type) {
    case PROC_SUPER_MAGIC:
      return {{"kind", "proc"}};
    case SYSFS_MAGIC:
      return {{"kind", "sysfs"}};
    default:
      return {{"kind", "other"}};
  }
}

// What devices stand at the paths, whichever links lead there: by path {type, major, minor}.
Json DevicesAt(const Json& message) {
  Json devices = Json::object();
  for (const std::string path : message.value("paths", Json::array())) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) {
      devices[path] = {{"type", "none"}, {"error", ErrnoName(errno)}};
    } else {
      devices[path] = {{"type", S_ISCHR(info.st_mode) ? "character" : "other"},
                       {"major", major(info.st_rdev)},
                       {"minor", minor(info.st_rdev)}};
    }
  }
  return {{"devices", devices}};
}

}  // namespace

Json ObeyChange(const std::string& word, const Json& message) {
  if (word == "change") return Change(message);
  if (word == "mount-marker") return MountMarker(message);
  if (word == "devices-at") return DevicesAt(message);
  if (word == "kind-of") return KindOf(message);
  return nullptr;
}

}  // namespace loadline::probe
