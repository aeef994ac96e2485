// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace loadline {
namespace {

std::vector<std::string_view> Components(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return parts;
}

}  // namespace

Result<UniqueFd> Open(const std::string& path, int flags, mode_t mode) {
  return OpenAt(AT_FDCWD, path, flags, mode);
}

Result<UniqueFd> OpenAt(int directory, const std::string& path, int flags, mode_t mode) {
  UniqueFd fd(openat(directory, path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return CallError("open", path);
  return fd;
}

Result<UniqueFd> OpenInRoot(int root, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: a rename or mount elsewhere raced with the lookup; the kernel asks to try again.
  for (int attempt = 0; attempt < 128; ++attempt) {
    UniqueFd fd(static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
    if (fd) return fd;
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return CallError("openat2", path);
}

Result<UniqueFd> MakeDirectoriesInRoot(int root, const std::string& path, mode_t mode) {
  auto whole = OpenInRoot(root, path, O_PATH | O_DIRECTORY);
  if (whole.has_value() || whole.error().number != ENOENT) return whole;
  const std::string clean = CleanPath("/" + path);
  const size_t slash = clean.rfind('/');
  if (clean == "/") return whole;
  // The directory above is resolved in the root, and mkdirat follows no link in its last component.
  ASSIGN_OR_RETURN(const UniqueFd above,
                   MakeDirectoriesInRoot(root, slash == 0 ? "/" : clean.substr(0, slash), mode));
  if (mkdirat(above.get(), clean.c_str() + slash + 1, mode) != 0 && errno != EEXIST)
    return CallError("mkdirat", clean);
  return OpenInRoot(root, clean, O_PATH | O_DIRECTORY);
}

Result<std::string> ReadFd(int fd, size_t cap) {
  std::string bytes;
  struct stat info {};
  if (fstat(fd, &info) != 0) return CallError("fstat", std::to_string(fd));
  const size_t room = info.st_size > 0 ? static_cast<size_t>(info.st_size) + 1 : 4096;
  while (true) {
    const size_t before = bytes.size();
    bytes.resize(before + std::min(room, size_t{1} << 20));
    const ssize_t count = read(fd, bytes.data() + before, bytes.size() - before);
    bytes.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return bytes;
    // A file that has a size and has given less than was asked for has no more. (One of the
    // kernel's own says 0.)
    if (count > 0 && S_ISREG(info.st_mode) && info.st_size > 0 && bytes.size() <= cap &&
        static_cast<size_t>(count) < std::min(room, size_t{1} << 20) &&
        bytes.size() >= static_cast<size_t>(info.st_size))
      return bytes;
    if (count < 0 && errno != EINTR) return CallError("read", std::to_string(fd));
    if (bytes.size() > cap)
      return Failure(ErrorKind::kUnreadable,
                     "larger than the limit of " + std::to_string(cap) + " bytes");
  }
}

Result<std::string> ReadFile(const std::string& path, size_t cap) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_RDONLY | O_NOCTTY));
  auto bytes = ReadFd(fd.get(), cap);
  if (bytes.has_value()) return bytes;
  Error& error = bytes.error();
  if (error.call.empty()) {
    error.what = path + " is " + error.what;
  } else {
    error.arguments = path;
  }
  return bytes;
}

Result<std::string> ReadRecord(const std::string& path) {
  std::array<char, 4096> bytes;
  {
    ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_RDONLY | O_NOCTTY));
    const ssize_t count = read(fd.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return CallError("read", path);
    if (count >= 0 && static_cast<size_t>(count) < bytes.size())
      return std::string(bytes.data(), static_cast<size_t>(count));
  }
  return ReadFile(path);
}

Result<void> WriteExisting(const std::string& path, std::string_view bytes) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, O_WRONLY));
  if (write(fd.get(), bytes.data(), bytes.size()) < 0) {
    return CallError("write", path + ", \"" + std::string(bytes) + "\"");
  }
  return {};
}

Result<void> WriteFileAtomically(const std::string& path, std::string_view bytes, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return CallError("mkostemp", temporary);
  auto write_and_rename = [&]() -> Result<void> {
    while (!bytes.empty()) {
      const ssize_t count = write(fd.get(), bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR) return CallError("write", path);
      if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
    }
    if (mode != 0600 && fchmod(fd.get(), mode) != 0) return CallError("fchmod", path);
    if (rename(temporary.c_str(), path.c_str()) != 0) return CallError("rename", path);
    return {};
  };
  auto written = write_and_rename();
  if (!written.has_value()) unlink(temporary.c_str());
  return written;
}

std::string ProcPath(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

std::string CleanPath(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::string clean;
  for (const std::string_view part : Components(path)) {
    if (absolute || !clean.empty()) clean += '/';
    clean += part;
  }
  if (clean.empty()) return absolute ? "/" : ".";
  return clean;
}

}  // namespace loadline
