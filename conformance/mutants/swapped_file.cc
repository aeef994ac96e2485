// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/swapped_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::mutants {
namespace {

// Writes a new file with the mode and owner of the one it stands for.
Result<ino_t> WriteLike(int directory, const std::string& name, const struct stat& like,
                        std::string_view content) {
  ASSIGN_OR_RETURN(const UniqueFd file,
                   OpenAt(directory, name, O_WRONLY | O_CREAT | O_EXCL, like.st_mode & 07777));
  RETURN_IF_ERROR(WriteAll(file.get(), content));
  (void)!fchown(file.get(), like.st_uid, like.st_gid);
  if (fchmod(file.get(), like.st_mode & 07777) != 0) return CallError("fchmod", name);
  struct stat made {};
  if (fstat(file.get(), &made) != 0) return CallError("fstat", name);
  return made.st_ino;
}

}  // namespace

Result<SwappedFile> SwappedFile::Make(const std::string& path, std::string_view content) {
  SwappedFile swapped;
  const size_t slash = path.rfind('/');
  swapped.name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  ASSIGN_OR_RETURN(
      UniqueFd directory,
      Open(slash == std::string::npos ? "." : path.substr(0, slash + 1), O_RDONLY | O_DIRECTORY));
  while (flock(directory.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return CallError("flock", path);
  }
  struct stat original {};
  if (fstatat(directory.get(), swapped.name_.c_str(), &original, AT_SYMLINK_NOFOLLOW) != 0)
    return CallError("fstatat", path);
  swapped.saved_ = "." + swapped.name_ + ".original-" + std::to_string(getpid());
  const std::string fresh = "." + swapped.name_ + ".mutant-" + std::to_string(getpid());
  ASSIGN_OR_RETURN(swapped.ours_, WriteLike(directory.get(), fresh, original, content));
  if (linkat(directory.get(), swapped.name_.c_str(), directory.get(), swapped.saved_.c_str(), 0) !=
          0 ||
      renameat(directory.get(), fresh.c_str(), directory.get(), swapped.name_.c_str()) != 0) {
    Error error = CallError("renameat", path);
    unlinkat(directory.get(), fresh.c_str(), 0);
    unlinkat(directory.get(), swapped.saved_.c_str(), 0);
    return error;
  }
  swapped.directory_ = std::move(directory);
  return swapped;
}

SwappedFile::~SwappedFile() {
  if (!directory_) return;
  struct stat now {};
  const bool still_ours =
      fstatat(directory_.get(), name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 &&
      now.st_ino == ours_;
  if (still_ours) {
    renameat(directory_.get(), saved_.c_str(), directory_.get(), name_.c_str());
  } else {
    unlinkat(directory_.get(), saved_.c_str(), 0);
  }
}

}  // namespace loadline::mutants
