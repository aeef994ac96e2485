// SPDX-License-Identifier: Apache-2.0
// Initramfs: the file system that the lab begins with, made in memory as the kernel wants it (a
// cpio archive, Documentation/driver-api/early-userspace/buffer-format.rst). /bin, /lib and the
// like are links into /usr, as in any Debian of today.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::lab {

class Initramfs {
 public:
  static Result<Initramfs> Make();

  // Each makes the directories above it; a path that is there already stays as it is.
  Result<void> AddDirectory(const std::string& path, uint32_t mode = 0755);
  Result<void> AddFile(const std::string& path, std::string_view content, uint32_t mode = 0644);
  Result<void> AddLink(const std::string& path, const std::string& target);
  // Everything of another one, which was kept in a file.
  Result<void> AddArchive(const std::string& archive);
  // A file of the host, with its permissions.
  Result<void> AddHostFile(const std::string& path, const std::string& host_path);

  // Ends it; a file descriptor that holds it and nothing else does.
  Result<UniqueFd> Finish() &&;

 private:
  explicit Initramfs(UniqueFd file) : file_(std::move(file)) {}
  bool IsNew(const std::string& path) { return known_.insert(path).second; }
  Result<void> Begin();
  Result<void> AddParents(const std::string& path);
  Result<void> Write(const std::string& path, uint32_t mode, std::string_view content);

  UniqueFd file_;
  std::set<std::string> known_;
  uint32_t next_inode_ = 1;
};

}  // namespace loadline::lab
