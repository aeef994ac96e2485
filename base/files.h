// SPDX-License-Identifier: Apache-2.0
// Reading and writing files, and opening paths that somebody else chose without leaving their root.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline {

// Opens with O_CLOEXEC. `flags` and `mode` as in open(2).
Result<UniqueFd> Open(const std::string& path, int flags, mode_t mode = 0);
// The same relative to a directory.
Result<UniqueFd> OpenAt(int directory, const std::string& path, int flags, mode_t mode = 0);
// Resolves `path` as if `root` were "/": symbolic links and ".." cannot leave it (openat2
// RESOLVE_IN_ROOT); /proc-style magic links are refused.
Result<UniqueFd> OpenInRoot(int root, const std::string& path, int flags, mode_t mode = 0);
// Makes the directories of `path` below `root` one by one, each resolved in the root, and opens the
// last one (O_PATH).
Result<UniqueFd> MakeDirectoriesInRoot(int root, const std::string& path, mode_t mode);

// The whole file. Files larger than `cap` bytes and anything but regular files, pipes and character
// devices are an error.
Result<std::string> ReadFile(const std::string& path, size_t cap = SIZE_MAX);
Result<std::string> ReadFd(int fd, size_t cap = SIZE_MAX);
// A file of the kernel's own (/proc, cgroups) that is one record: it comes whole by one read, and
// has no size to ask for.
Result<std::string> ReadRecord(const std::string& path);
// Writes into an existing file (such as those of cgroups and /proc) with a single write(2).
Result<void> WriteExisting(const std::string& path, std::string_view bytes);
// Replaces or creates a file whole: a reader sees the old content or the new, never a part.
Result<void> WriteFileAtomically(const std::string& path, std::string_view bytes,
                                 mode_t mode = 0644);

// "/proc/self/fd/N", the way to hand a descriptor to calls that want a path.
std::string ProcPath(int fd);

// Cleans an absolute or relative path by its text alone: no "//", "." or "..", no trailing "/".
// Never above the start.
std::string CleanPath(std::string_view path);

}  // namespace loadline
