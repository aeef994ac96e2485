// SPDX-License-Identifier: Apache-2.0
// SwappedFile: another content in the place of a file for a while, under the same path.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::mutants {

// A bind mount would put the runtime into another mount namespace than its caller, and a shadow
// bundle would change the bundle's path in the state; so the file itself is replaced by rename(2),
// and the original (the same inode) is put back at the end of this object's life. Two of them on
// one directory wait for each other. A file that somebody replaced meanwhile is left as it is.
class SwappedFile {
 public:
  // `path` must be a regular file in a writable directory.
  static Result<SwappedFile> Make(const std::string& path, std::string_view content);
  SwappedFile(SwappedFile&& other) noexcept = default;
  SwappedFile& operator=(SwappedFile&& other) = delete;
  ~SwappedFile();

 private:
  SwappedFile() = default;
  UniqueFd directory_;  // locked; none in an object that was moved from
  std::string name_;
  std::string saved_;  // name of the original meanwhile
  ino_t ours_ = 0;     // inode of what we put there
};

}  // namespace loadline::mutants
