// SPDX-License-Identifier: Apache-2.0
// TempDir: a directory that is gone, with all it holds, at the end of its owner's life.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

// Removes a directory tree. Does not follow symbolic links and does not cross into other mounts. A
// path that does not exist is fine.
Result<void> RemoveTree(const std::string& path);

class TempDir {
 public:
  // Below TMPDIR or /tmp, or below `parent`; mode 0700; the name begins with `prefix`.
  static Result<TempDir> Make(std::string_view prefix, std::string parent = "");
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();

  const std::string& path() const { return path_; }
  // Leaves the directory behind; returns its path.
  std::string Keep() { return std::exchange(path_, {}); }

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace loadline
