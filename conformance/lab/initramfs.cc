// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/initramfs.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::lab {
namespace {

constexpr const char* kEnd = "TRAILER!!!";
constexpr const char* kLinksIntoUsr[] = {"bin", "sbin", "lib", "lib64"};

std::string Padding(size_t size) { return std::string((4 - size % 4) % 4, '\0'); }

// Where a path that is written with the links leads.
std::string Real(const std::string& path) {
  for (const std::string name : kLinksIntoUsr) {
    if (path.starts_with("/" + name + "/")) return "/usr" + path;
  }
  return path;
}

}  // namespace

Result<Initramfs> Initramfs::Make() {
  UniqueFd file(memfd_create("initramfs", MFD_CLOEXEC));
  if (!file) return CallError("memfd_create");
  Initramfs made(std::move(file));
  RETURN_IF_ERROR(made.Begin());
  return made;
}

Result<void> Initramfs::Begin() {
  for (const std::string name : kLinksIntoUsr) {
    RETURN_IF_ERROR(AddDirectory("/usr/" + name));
    RETURN_IF_ERROR(AddLink("/" + name, "usr/" + name));
  }
  return {};
}

Result<void> Initramfs::Write(const std::string& path, uint32_t mode, std::string_view content) {
  const std::string name = path.substr(path.starts_with('/') ? 1 : 0) + '\0';
  // Thirteen numbers of eight digits: inode, mode, owner, group, links, time, size, four of
  // devices, the name's length, no checksum.
  std::array<char, 120> header{};
  const int length = snprintf(
      header.data(), header.size(), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08zX%08X",
      next_inode_++, mode, 0U, 0U, 1U, 0U, static_cast<unsigned>(content.size()), 0U, 0U, 0U, 0U,
      name.size(), 0U);
  const std::string head(header.data(), static_cast<size_t>(length));
  RETURN_IF_ERROR(WriteAll(file_.get(), head + name + Padding(head.size() + name.size())));
  RETURN_IF_ERROR(WriteAll(file_.get(), content));
  return WriteAll(file_.get(), Padding(content.size()));
}

Result<void> Initramfs::AddParents(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? Result<void>()
                                                  : AddDirectory(path.substr(0, slash));
}

Result<void> Initramfs::AddDirectory(const std::string& written, uint32_t mode) {
  const std::string path = Real(written);
  if (!IsNew(path)) return {};
  RETURN_IF_ERROR(AddParents(path));
  return Write(path, S_IFDIR | mode, "");
}

Result<void> Initramfs::AddFile(const std::string& written, std::string_view content,
                                uint32_t mode) {
  const std::string path = Real(written);
  if (!IsNew(path)) return {};
  RETURN_IF_ERROR(AddParents(path));
  return Write(path, S_IFREG | mode, content);
}

Result<void> Initramfs::AddLink(const std::string& written, const std::string& target) {
  const std::string path = Real(written);
  if (!IsNew(path)) return {};
  RETURN_IF_ERROR(AddParents(path));
  return Write(path, S_IFLNK | 0777, target);
}

// The kernel reads archives one after the other, and what comes later wins.
Result<void> Initramfs::AddArchive(const std::string& archive) {
  ASSIGN_OR_RETURN(const UniqueFd file, Open(archive, O_RDONLY));
  while (true) {
    const ssize_t count = sendfile(file_.get(), file.get(), nullptr, size_t{1} << 30);
    if (count < 0 && errno != EINTR) return CallError("sendfile", archive);
    if (count == 0) return {};
  }
}

Result<void> Initramfs::AddHostFile(const std::string& path, const std::string& host_path) {
  ASSIGN_OR_RETURN(const UniqueFd file, Open(host_path, O_RDONLY));
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return CallError("fstat", host_path);
  if (!S_ISREG(info.st_mode))
    return Failure(host_path + " is not a regular file", "name files and programs alone");
  ASSIGN_OR_RETURN(const std::string content, ReadFd(file.get()));
  return AddFile(path, content, info.st_mode & 07777);
}

Result<UniqueFd> Initramfs::Finish() && {
  RETURN_IF_ERROR(Write(kEnd, 0, ""));
  return std::move(file_);
}

}  // namespace loadline::lab
