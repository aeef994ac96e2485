// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/kernel.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/lab/cache.h"
#include "conformance/lab/kernel_image.h"
#include "conformance/lab/packages.h"
#include "validator/archive/archive_reader.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;
using validator::EntryType;

constexpr const char* kMetaPackage = "linux-image-amd64";

// What the lab and the cases need and Debian's kernel does not have built in. A kernel that has one
// built in has no file for it.
constexpr const char* kModules[] = {
    "virtio",
    "virtio_ring",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "virtio_console",
    "overlay",
    "dummy",
    "veth",
    "tun",
    "loop",
    "bfq",
    "udp_tunnel",
    "ip6_udp_tunnel",
    "ib_core",
    "ib_uverbs",
    "rdma_rxe",
    "crc32_generic",
};

// What criu asks the kernel about sockets and network filters with. Loading them takes a while.
constexpr const char* kModulesOfCriu[] = {
    "unix_diag",    "inet_diag",      "tcp_diag",  "udp_diag",  "raw_diag", "af_packet_diag",
    "netlink_diag", "crc32c_generic", "nfnetlink", "libcrc32c", "nf_tables"};

// What a machine needs to read directories of the host; the adapter of QEMU loads them.
constexpr const char* kModulesOfShares[] = {"netfs", "fscache", "9pnet", "9pnet_virtio", "9p"};

constexpr std::span<const char* const> kAllModules[] = {kModules, kModulesOfCriu, kModulesOfShares};

bool IsAmong(const std::string& name, std::span<const char* const> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsTaken(const std::string& module) {
  return std::any_of(std::begin(kAllModules), std::end(kAllModules),
                     [&](const auto& modules) { return IsAmong(module, modules); });
}

// "kernel/fs/overlayfs/overlay.ko.xz" is the module overlay; names may be written with - or _.
std::string ModuleName(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t suffix = name.find(".ko");
  if (suffix == std::string::npos) return "";
  name.resize(suffix);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
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

Result<Contents> OpenPackage(const std::string& package) {
  Contents contents;
  RETURN_IF_ERROR(ReadPackage(
      package,
      [&](const validator::TarEntry& entry, validator::TarReader& content) -> Result<void> {
        if (entry.type != EntryType::kFile) return {};
        const std::string module = ModuleName(entry.path);
        if (entry.path.find("boot/vmlinuz-") != std::string::npos) {
          ASSIGN_OR_RETURN(contents.image, ReadWhole(content));
        } else if (IsTaken(module)) {
          ASSIGN_OR_RETURN(const std::string packed, ReadWhole(content));
          ASSIGN_OR_RETURN(contents.modules[module], Unpack(packed));
        }
        return {};
      }));
  if (contents.image.empty())
    return Failure(package + " is no package of a kernel", "name one like linux-image-6.1.0-…");
  return contents;
}

Result<void> Keep(const std::string& directory, const Contents& contents) {
  const std::string kernel = UnpackImage(contents.image);
  std::map<std::string, std::string> files{{"version", VersionOfImage(contents.image)},
                                           {"kernel", kernel.empty() ? contents.image : kernel}};
  for (const auto& [module, content] : contents.modules) files[module + ".ko"] = content;
  return KeepFolder(directory, files);
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
  for (const auto& modules : kAllModules) {
    for (const char* module : modules) names += module + std::string(" ");
  }
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
      if (!IsTaken(module)) continue;
      ASSIGN_OR_RETURN(const std::string packed, ReadFile(entry->path().string()));
      ASSIGN_OR_RETURN(contents.modules[module], Unpack(packed));
    }
    RETURN_IF_ERROR(Keep(directory, contents));
  }
  return ReadKept(directory);
}

// "linux-image-amd64" depends on the package that has the kernel.
Result<std::string> NameOfPackage() {
  ASSIGN_OR_RETURN(const RunOutcome said, RunTool({"apt-cache", "depends", kMetaPackage}));
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
  ASSIGN_OR_RETURN(const RunOutcome got,
                   RunTool({"apt-get", "download", "-q", name}, folder.path()));
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

bool IsNeeded(const std::string& module, const std::vector<std::string>& programs) {
  const std::string name = ModuleName(module);
  const bool has_criu = std::find(programs.begin(), programs.end(), "criu") != programs.end();
  return IsAmong(name, kModulesOfCriu) ? has_criu : !IsAmong(name, kModulesOfShares);
}

Result<Kernel> FindKernel(const std::string& wanted) {
  ASSIGN_OR_RETURN(const std::string cache, CacheFolder("kernels"));
  if (wanted.empty()) return Download(cache);
  return wanted.ends_with(".deb") ? FromPackage(wanted, cache) : FromImage(wanted, cache);
}

}  // namespace loadline::lab
