// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/copy_up.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"

namespace loadline::runtime {
namespace {

namespace fs = std::filesystem;

Result<void> CopyFile(const std::string& from, const std::string& to, const struct stat& info) {
  ASSIGN_OR_RETURN(const UniqueFd source, Open(from, O_RDONLY | O_NOFOLLOW));
  ASSIGN_OR_RETURN(const UniqueFd target,
                   Open(to, O_WRONLY | O_CREAT | O_EXCL, info.st_mode & 07777));
  off_t left = info.st_size;
  while (left > 0) {
    const ssize_t count = sendfile(target.get(), source.get(), nullptr, static_cast<size_t>(left));
    if (count < 0) return CallError("sendfile", from);
    if (count == 0) break;
    left -= count;
  }
  return {};
}

Result<void> CopyEntry(const std::string& from, const std::string& to) {
  struct stat info {};
  if (lstat(from.c_str(), &info) != 0) return CallError("lstat", from);
  if (S_ISDIR(info.st_mode)) {
    if (mkdir(to.c_str(), 0700) != 0) return CallError("mkdir", to);
  } else if (S_ISLNK(info.st_mode)) {
    if (symlink(fs::read_symlink(from).c_str(), to.c_str()) != 0) return CallError("symlink", to);
  } else if (S_ISREG(info.st_mode)) {
    RETURN_IF_ERROR(CopyFile(from, to, info));
  } else if (mknod(to.c_str(), info.st_mode, info.st_rdev) != 0) {
    return CallError("mknod", to);
  }
  if (lchown(to.c_str(), info.st_uid, info.st_gid) != 0) return CallError("lchown", to);
  if (!S_ISLNK(info.st_mode) && chmod(to.c_str(), info.st_mode & 07777) != 0)
    return CallError("chmod", to);
  return {};
}

}  // namespace

Result<void> CopyUp(int from_directory, int to_directory) {
  const ClosesTogether before_it_becomes_read_only;
  const std::string from = ProcPath(from_directory) + "/";
  const std::string to = ProcPath(to_directory) + "/";
  std::error_code problem;
  for (auto entry = fs::recursive_directory_iterator(from, problem);
       !problem && entry != fs::end(entry); entry.increment(problem)) {
    RETURN_IF_ERROR(CopyEntry(entry->path(), to + entry->path().lexically_relative(from).string()));
  }
  if (problem) return Failure("copying up: " + problem.message());
  return {};
}

}  // namespace loadline::runtime
