// SPDX-License-Identifier: Apache-2.0
#include "validator/identity/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/digest.h"
#include "base/files.h"
#include "validator/archive/byte_source.h"

namespace loadline::validator {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

Result<std::string> ContentOf(int directory, const std::string& name) {
  ASSIGN_OR_RETURN(const UniqueFd fd,
                   OpenAt(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  FdSource file(fd.get(), name);
  HashingSource hashed(file, {DigestAlgorithm::kSha256});
  RETURN_IF_ERROR(Drain(hashed));
  return hashed.Digests()[0];
}

Result<std::string> TargetOf(int directory, const std::string& name) {
  char target[PATH_MAX];
  const ssize_t length = readlinkat(directory, name.c_str(), target, sizeof target);
  if (length < 0) return CallError("readlinkat", name);
  return std::string(target, static_cast<size_t>(length));
}

// What stands in a file beside its name, as text.
Result<std::string> Describe(int directory, const std::string& name, const struct stat& info) {
  std::string content;
  if (S_ISREG(info.st_mode)) {
    ASSIGN_OR_RETURN(content, ContentOf(directory, name));
  } else if (S_ISLNK(info.st_mode)) {
    ASSIGN_OR_RETURN(content, TargetOf(directory, name));
  } else if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) {
    content = std::to_string(major(info.st_rdev)) + ":" + std::to_string(minor(info.st_rdev));
  }
  return std::to_string(info.st_mode) + " " + std::to_string(info.st_uid) + " " +
         std::to_string(info.st_gid) + " " + content;
}

}  // namespace

Result<void> AddTree(int directory, const std::string& prefix,
                     std::map<std::string, std::string>& parts) {
  const std::unique_ptr<DIR, CloseDirectory> listing(
      fdopendir(fcntl(directory, F_DUPFD_CLOEXEC, 0)));
  if (!listing) return CallError("fdopendir", prefix);
  rewinddir(listing.get());
  errno = 0;
  while (const dirent* entry = readdir(listing.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat info {};
    if (fstatat(directory, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      return CallError("fstatat", prefix + name);
    ASSIGN_OR_RETURN(const std::string description, Describe(directory, name, info));
    parts[prefix + name] = Sha256(description);
    if (S_ISDIR(info.st_mode)) {
      ASSIGN_OR_RETURN(const UniqueFd below,
                       OpenAt(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      RETURN_IF_ERROR(AddTree(below.get(), prefix + name + "/", parts));
    }
    errno = 0;
  }
  if (errno != 0) return CallError("readdir", prefix);
  return {};
}

}  // namespace loadline::validator
