// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/kernel.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/child_process.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/pipe.h"
#include "base/temp_dir.h"
#include "conformance/lab/kernel_image.h"
#include "validator/archive/archive_reader.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;
using validator::EntryType;

constexpr const char* kMetaPackage = "linux-image-amd64";

// What the lab and the cases need and Debian's kernel does not have built in. A kernel that has one
// built in has no file for it.
constexpr const char* kModules[] = {
    "virtio", "virtio_ring", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci",
    "virtio_console", "overlay", "dummy", "veth", "tun", "loop", "squashfs", "virtio_blk",
    // What criu asks the kernel about sockets and network filters with.
    "unix_diag", "inet_diag", "tcp_diag", "udp_diag", "raw_diag", "af_packet_diag", "netlink_diag",
    "crc32c_generic", "nfnetlink", "libcrc32c", "nf_tables"};

// "kernel/fs/overlayfs/overlay.ko.xz" is the module overlay; names may be written with - or _.
std::string ModuleName(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t suffix = name.find(".ko");
  if (suffix == std::string::npos) return "";
  name.resize(suffix);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Result<std::string> ReadWhole(validator::ByteSource& source) {
  std::string whole;
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view more, source.Next());
    if (more.empty()) return whole;
    whole += more;
  }
}

Result<std::string> Unpack(const std::string& bytes) {
  validator::BytesSource packed(bytes);
  const auto format =
      validator::FormatOf(std::string_view(bytes).substr(0, validator::kFormatBytes));
  ASSIGN_OR_RETURN(auto unpacked, validator::UnpackingSource::Open(packed, format));
  return ReadWhole(unpacked);
}

// What is taken out of a package.
struct Contents {
  std::string image;                           // bzImage
  std::map<std::string, std::string> modules;  // by name
};

Result<Contents> ReadPackage(int tar, const std::string& name) {
  Contents contents;
  validator::FdSource source(tar, name);
  ASSIGN_OR_RETURN(auto reader, validator::TarReader::Open(source));
  while (true) {
    ASSIGN_OR_RETURN(const auto entry, reader.NextEntry());
    if (!entry) return contents;
    if (entry->type != EntryType::kFile) continue;
    const std::string module = ModuleName(entry->path);
    if (entry->path.find("boot/vmlinuz-") != std::string::npos) {
      ASSIGN_OR_RETURN(contents.image, ReadWhole(reader));
    } else if (std::find(std::begin(kModules), std::end(kModules), module) != std::end(kModules)) {
      ASSIGN_OR_RETURN(const std::string packed, ReadWhole(reader));
      ASSIGN_OR_RETURN(contents.modules[module], Unpack(packed));
    }
  }
}

// dpkg-deb takes the archive out of the package, and it is read as it comes.
Result<Contents> OpenPackage(const std::string& package) {
  ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  SpawnOptions options;
  options.argv = {"dpkg-deb", "--fsys-tarfile", package};
  options.environment = CurrentEnvironment();
  options.standard_output = pipe.write.get();
  options.standard_error = 2;
  auto child = ChildProcess::Spawn(options);
  if (!child.has_value())
    return std::move(child).error().Hint("dpkg-deb opens Debian's packages: install dpkg");
  pipe.write = UniqueFd();
  auto contents = ReadPackage(pipe.read.get(), package);
  pipe.read = UniqueFd();
  ASSIGN_OR_RETURN(const auto ended, child->Wait(Deadline::After(std::chrono::seconds(60))));
  if (!contents.has_value() || contents->image.empty() || !ended)
    return Failure(package + " is no package of a kernel", "name one like linux-image-6.1.0-…");
  return contents;
}

Result<void> Keep(const std::string& directory, const Contents& contents) {
  ASSIGN_OR_RETURN(TempDir making,
                   TempDir::Make(".kernel-", directory.substr(0, directory.rfind('/'))));
  const std::string kernel = UnpackImage(contents.image);
  const std::string version = VersionOfImage(contents.image);
  RETURN_IF_ERROR(WriteFileAtomically(making.path() + "/version", version));
  RETURN_IF_ERROR(
      WriteFileAtomically(making.path() + "/kernel", kernel.empty() ? contents.image : kernel));
  for (const auto& [module, content] : contents.modules)
    RETURN_IF_ERROR(WriteFileAtomically(making.path() + "/" + module + ".ko", content));
  std::error_code error;
  fs::rename(making.path(), directory, error);
  // Somebody else may have been faster, and then theirs will do.
  if (!error) making.Keep();
  return error && !fs::exists(directory)
             ? Result<void>(Failure("the cache cannot be written: " + error.message()))
             : Result<void>();
}

Result<Kernel> ReadKept(const std::string& directory) {
  Kernel kernel;
  kernel.image = directory + "/kernel";
  ASSIGN_OR_RETURN(kernel.version, ReadFile(directory + "/version"));
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".ko") kernel.modules.push_back(entry.path().string());
  }
  return kernel;
}

std::string NamesOfModules() {
  std::string names;
  for (const char* module : kModules) names += module + std::string(" ");
  return names;
}

// What is kept is known by the content that it is from, because a name says little, and by the
// modules that are taken out of it.
std::string KeyOf(const std::string& content) {
  return Sha256(content + NamesOfModules()).substr(7, 32);
}

Result<Kernel> FromPackage(const std::string& package, const std::string& cache) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(package));
  const std::string directory = cache + "/" + KeyOf(bytes);
  if (!fs::exists(directory)) {
    ASSIGN_OR_RETURN(const Contents contents, OpenPackage(package));
    RETURN_IF_ERROR(Keep(directory, contents));
  }
  return ReadKept(directory);
}

// A kernel of this host, whose modules stand where modprobe looks for them.
Result<Kernel> FromImage(const std::string& path, const std::string& cache) {
  Contents contents;
  ASSIGN_OR_RETURN(contents.image, ReadFile(path));
  const std::string version = VersionOfImage(contents.image);
  if (version.empty())
    return Failure(path + " is neither a package nor a kernel image",
                   "name a .deb or a file like /boot/vmlinuz-6.1.0-…");
  const std::string directory = cache + "/" + KeyOf(contents.image);
  if (!fs::exists(directory)) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry("/lib/modules/" + version, error), end;
         !error && entry != end; entry.increment(error)) {
      const std::string module = ModuleName(entry->path().string());
      if (std::find(std::begin(kModules), std::end(kModules), module) == std::end(kModules))
        continue;
      ASSIGN_OR_RETURN(const std::string packed, ReadFile(entry->path().string()));
      ASSIGN_OR_RETURN(contents.modules[module], Unpack(packed));
    }
    RETURN_IF_ERROR(Keep(directory, contents));
  }
  return ReadKept(directory);
}

Result<RunOutcome> Run(std::vector<std::string> words, const std::string& directory) {
  RunOptions options;
  options.spawn.argv = std::move(words);
  options.spawn.environment = CurrentEnvironment();
  options.spawn.directory = directory;
  options.deadline = Deadline::After(std::chrono::minutes(5));
  return RunToEnd(options);
}

// "linux-image-amd64" depends on the package that has the kernel.
Result<std::string> NameOfPackage() {
  ASSIGN_OR_RETURN(const RunOutcome said, Run({"apt-cache", "depends", kMetaPackage}, ""));
  const std::string needle = "Depends: linux-image-";
  const size_t at = said.standard_output.find(needle);
  if (at == std::string::npos)
    return Failure(std::string("apt knows no package ") + kMetaPackage,
                   "name a kernel with --kernel, or run apt-get update on a Debian for amd64");
  const size_t begin = at + needle.size() - std::string("linux-image-").size();
  return said.standard_output.substr(begin, said.standard_output.find('\n', begin) - begin);
}

Result<Kernel> Download(const std::string& cache) {
  const std::string remembered = cache + "/default-" + KeyOf("").substr(0, 8);
  std::error_code error;
  if (const auto kept = fs::read_symlink(remembered, error); !error)
    return ReadKept(cache + "/" + kept.string());
  ASSIGN_OR_RETURN(const std::string name, NameOfPackage());
  ASSIGN_OR_RETURN(const TempDir folder, TempDir::Make(".download-", cache));
  ASSIGN_OR_RETURN(const RunOutcome got, Run({"apt-get", "download", "-q", name}, folder.path()));
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path().extension() != ".deb") continue;
    ASSIGN_OR_RETURN(Kernel kernel, FromPackage(entry.path().string(), cache));
    const fs::path kept = fs::path(kernel.image).parent_path();
    fs::create_symlink(kept.filename(), remembered, error);  // the next run needs no apt
    return kernel;
  }
  return Failure("apt-get cannot download " + name + ": " + got.standard_error,
                 "run apt-get update, or name a kernel with --kernel");
}

}  // namespace

Result<std::string> CacheDirectory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string directory = variable("LOADLINE_CACHE");
  if (directory.empty() && !variable("XDG_CACHE_HOME").empty())
    directory = variable("XDG_CACHE_HOME") + "/loadline";
  if (directory.empty() && !variable("HOME").empty())
    directory = variable("HOME") + "/.cache/loadline";
  if (directory.empty())
    return Failure("there is no place for a cache", "set LOADLINE_CACHE to a directory");
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    return Failure(directory + " cannot be made: " + error.message(),
                   "set LOADLINE_CACHE to a directory");
  return directory;
}

Result<Kernel> FindKernel(const std::string& wanted) {
  ASSIGN_OR_RETURN(const std::string top, CacheDirectory());
  const std::string cache = top + "/kernels";
  std::error_code error;
  fs::create_directories(cache, error);
  if (wanted.empty()) return Download(cache);
  return wanted.ends_with(".deb") ? FromPackage(wanted, cache) : FromImage(wanted, cache);
}

}  // namespace loadline::lab
