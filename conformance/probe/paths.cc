// SPDX-License-Identifier: Apache-2.0
// What stands at a path, and what the process may do with it. Looking leaves nothing behind.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr size_t kContentCap = 4096;

const char* TypeName(mode_t mode) {
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

// Opening without blocking on a fifo and without taking a terminal.
std::string TryOpen(const std::string& path, int flags, UniqueFd* kept = nullptr) {
  UniqueFd fd(open(path.c_str(), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd) return ErrnoName(errno);
  if (kept != nullptr) *kept = std::move(fd);
  return "ok";
}

// A file in the directory, made and removed at once.
std::string TryCreateIn(const std::string& directory) {
  const std::string path = directory + "/.loadline-probe";
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return ErrnoName(errno);
  unlink(path.c_str());
  return "ok";
}

void AddDirectory(Json& entry, const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  entry["read"] = directory ? "ok" : ErrnoName(errno);
  while (directory) {
    const dirent* found = readdir(directory.get());
    if (found == nullptr) break;
    if (std::string_view(found->d_name) != "." && std::string_view(found->d_name) != "..")
      names.emplace_back(found->d_name);
  }
  std::sort(names.begin(), names.end());
  entry["entries"] = names;
  entry["write"] = TryCreateIn(path);
}

void AddFile(Json& entry, const std::string& path, const struct stat& info) {
  UniqueFd fd;
  entry["read"] = TryOpen(path, O_RDONLY, &fd);
  if (fd && S_ISREG(info.st_mode)) {
    std::string content(kContentCap, '\0');
    const ssize_t count = read(fd.get(), content.data(), content.size());
    if (count < 0) entry["read"] = ErrnoName(errno);
    content.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    entry["content"] = content;
  }
  entry["write"] = TryOpen(path, O_WRONLY);
  if (S_ISREG(info.st_mode))
    entry["exec"] = access(path.c_str(), X_OK) == 0 ? "ok" : ErrnoName(errno);
}

}  // namespace

Json ObservePath(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return {{"exists", false}, {"error", ErrnoName(errno)}};
  Json entry{{"exists", true},
             {"type", TypeName(info.st_mode)},
             {"mode", Octal(info.st_mode & 07777)},
             {"uid", info.st_uid},
             {"gid", info.st_gid},
             {"size", info.st_size},
             {"filesystem", FilesystemOf(info)},
             {"inode", info.st_ino}};
  if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) {
    entry["major"] = major(info.st_rdev);
    entry["minor"] = minor(info.st_rdev);
  }
  if (S_ISLNK(info.st_mode)) {
    char target[PATH_MAX];
    const ssize_t length = readlink(path.c_str(), target, sizeof target);
    if (length > 0) entry["target"] = std::string(target, static_cast<size_t>(length));
    return entry;
  }
  if (S_ISDIR(info.st_mode)) {
    AddDirectory(entry, path);
  } else if (!S_ISSOCK(info.st_mode)) {
    AddFile(entry, path, info);
  }
  return entry;
}

Json ObserveSysctl(const std::string& key) {
  std::string path = key;
  if (path.find('/') == std::string::npos) std::replace(path.begin(), path.end(), '.', '/');
  std::string text = ReadText("/proc/sys/" + path);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace loadline::probe
