// SPDX-License-Identifier: Apache-2.0
#include "base/temp_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/files.h"

namespace loadline {
namespace {

Result<void> RemoveContent(int directory_fd, dev_t device, const std::string& path) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(dup(directory_fd)), closedir);
  if (!directory) return CallError("fdopendir", path);
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string child = path + "/" + name;
    struct stat info {};
    if (fstatat(directory_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return CallError("fstatat", child);
    }
    if (info.st_dev != device) return Failure(child + " is another mount", "unmount it first");
    if (!S_ISDIR(info.st_mode)) {
      if (unlinkat(directory_fd, name.c_str(), 0) != 0) return CallError("unlinkat", child);
      continue;
    }
    ASSIGN_OR_RETURN(const UniqueFd inner,
                     OpenAt(directory_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    RETURN_IF_ERROR(RemoveContent(inner.get(), device, child));
    if (unlinkat(directory_fd, name.c_str(), AT_REMOVEDIR) != 0)
      return CallError("unlinkat", child);
  }
  return {};
}

}  // namespace

Result<void> RemoveTree(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return CallError("lstat", path);
  }
  if (!S_ISDIR(info.st_mode)) {
    if (unlink(path.c_str()) != 0) return CallError("unlink", path);
    return {};
  }
  {
    ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    RETURN_IF_ERROR(RemoveContent(fd.get(), info.st_dev, path));
  }
  if (rmdir(path.c_str()) != 0) return CallError("rmdir", path);
  return {};
}

Result<TempDir> TempDir::Make(std::string_view prefix, std::string parent) {
  if (parent.empty()) {
    const char* variable = std::getenv("TMPDIR");
    parent = variable != nullptr && *variable != '\0' ? variable : "/tmp";
  }
  std::string path = parent + "/" + std::string(prefix) + ".XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return CallError("mkdtemp", path);
  return TempDir(std::move(path));
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this != &other) {
    TempDir old(std::exchange(path_, std::exchange(other.path_, {})));
  }
  return *this;
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  // A destructor has nobody to tell; what could not be removed is still where its owner's messages
  // said it is.
  auto removed = RemoveTree(path_);
  (void)removed;
}

}  // namespace loadline
