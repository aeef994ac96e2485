// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/debian_system.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/lab/cache.h"
#include "conformance/lab/guest_programs.h"
#include "conformance/lab/initramfs.h"
#include "conformance/lab/packages.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;
using validator::EntryType;
using validator::TarEntry;
using validator::TarReader;

const std::vector<std::string>& Packages() {
  static const std::vector<std::string> names{"systemd", "dbus",      "dbus-user-session",
                                              "busybox", "mount",     "util-linux",
                                              "uidmap",  "base-files"};
  return names;
}

// What nothing in the lab reads.
constexpr std::string_view kLeftOut[] = {"usr/share/",
                                         "usr/lib/x86_64-linux-gnu/gconv/",
                                         "usr/lib/x86_64-linux-gnu/perl",
                                         "usr/bin/perl",
                                         "usr/bin/dpkg",
                                         "lib/udev/",
                                         "usr/lib/udev/",
                                         "usr/lib/systemd/catalog/",
                                         "etc/dpkg/",
                                         "etc/perl/",
                                         "var/"};
constexpr std::string_view kTakenAlong[] = {"usr/share/dbus-1/"};

// Units that an ordinary boot starts and a machine without disks, devices and logins has no use
// for.
constexpr const char* kSilencedUnits[] = {"dev-hugepages.mount",
                                          "kmod-static-nodes.service",
                                          "modprobe@.service",
                                          "systemd-boot-system-token.service",
                                          "systemd-firstboot.service",
                                          "systemd-hwdb-update.service",
                                          "systemd-journal-catalog-update.service",
                                          "systemd-journal-flush.service",
                                          "systemd-machine-id-commit.service",
                                          "systemd-modules-load.service",
                                          "systemd-pstore.service",
                                          "systemd-random-seed.service",
                                          "systemd-remount-fs.service",
                                          "systemd-sysusers.service",
                                          "systemd-tmpfiles-setup-dev.service",
                                          "systemd-udev-trigger.service",
                                          "systemd-udevd-control.socket",
                                          "systemd-udevd-kernel.socket",
                                          "systemd-udevd.service",
                                          "systemd-update-done.service",
                                          "systemd-update-utmp.service",
                                          "sys-kernel-config.mount",
                                          "sys-kernel-debug.mount",
                                          "sys-kernel-tracing.mount",
                                          "proc-sys-fs-binfmt_misc.automount"};

struct TextFile {
  const char* path;
  const char* text;
};

constexpr TextFile kTexts[] = {
    {"/etc/machine-id", ""},             // one is made at each start
    {"/etc/systemd/system/lab.service",  // kUnit
     "[Unit]\n"
     "Description=The command of the lab\n"
     "Requires=dbus.service\n"
     "After=dbus.service basic.target\n"
     "FailureAction=poweroff-force\n"
     "[Service]\n"
     "ExecStart=/init\n"
     "Delegate=yes\n"
     "OOMPolicy=continue\n"
     "TasksMax=infinity\n"
     "StandardOutput=null\n"
     "StandardError=null\n"},
    // A user's manager, without the modules of PAM that an unconfigured system does not have.
    {"/etc/systemd/system/user@.service.d/lab.conf",
     "[Service]\n"
     "PAMName=\n"
     "Environment=XDG_RUNTIME_DIR=/run/user/%i\n"
     "Environment=DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/%i/bus\n"
     "Delegate=cpu cpuset io memory pids\n"}};

bool IsWanted(const std::string& path) {
  const auto holds = [&](std::string_view top) { return path.starts_with(top); };
  return std::any_of(std::begin(kTakenAlong), std::end(kTakenAlong), holds) ||
         std::none_of(std::begin(kLeftOut), std::end(kLeftOut), holds);
}

// "./usr/bin/mount" as an entry has it.
Result<void> AddEntry(Initramfs& root, const TarEntry& entry, TarReader& content) {
  const std::string path = entry.path.starts_with("./") ? entry.path.substr(2) : entry.path;
  if (path.empty() || !IsWanted(path)) return {};
  if (entry.type == EntryType::kFile) {
    ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(content));
    return root.AddFile("/" + path, bytes, entry.mode);
  }
  if (entry.type == EntryType::kLink) return root.AddLink("/" + path, entry.target);
  if (entry.type == EntryType::kDirectory)
    return root.AddDirectory(CleanPath("/" + path), entry.mode);
  return {};
}

Result<std::string> MakeSystem(const std::vector<std::string>& packages) {
  ASSIGN_OR_RETURN(Initramfs root, Initramfs::Make());
  for (const TextFile& file : kTexts) RETURN_IF_ERROR(root.AddFile(file.path, file.text));
  for (const std::string unit : kSilencedUnits)
    RETURN_IF_ERROR(root.AddLink("/etc/systemd/system/" + unit, "/dev/null"));
  for (const std::string& package : packages) {
    RETURN_IF_ERROR(ReadPackage(package, [&](const TarEntry& entry, TarReader& content) {
      return AddEntry(root, entry, content);
    }));
  }
  RETURN_IF_ERROR(AddShell(root, "/usr/bin/busybox"));
  ASSIGN_OR_RETURN(const UniqueFd whole, std::move(root).Finish());
  if (lseek(whole.get(), 0, SEEK_SET) != 0) return CallError("lseek");
  return ReadFd(whole.get());
}

// A kept system that was made otherwise is not used.
std::string Recipe() {
  std::string recipe;
  const auto add = [&](std::string_view part) { recipe += std::string(part) + '\0'; };
  for (const std::string& name : Packages()) add(name);
  for (const std::string_view path : kLeftOut) add(path);
  for (const std::string_view path : kTakenAlong) add(path);
  for (const char* unit : kSilencedUnits) add(unit);
  for (const TextFile& file : kTexts) add(std::string(file.path) + '\0' + file.text);
  return recipe;
}

}  // namespace

Result<std::string> FindDebianSystem() {
  ASSIGN_OR_RETURN(const std::string cache, CacheFolder("systems"));
  const std::string directory = cache + "/" + Sha256(Recipe()).substr(7, 32);
  const std::string archive = directory + "/system.cpio";
  if (fs::exists(archive)) return archive;
  ASSIGN_OR_RETURN(const TempDir folder, TempDir::Make(".download-", cache));
  ASSIGN_OR_RETURN(const auto packages, DownloadWithDependencies(Packages(), folder.path()));
  ASSIGN_OR_RETURN(const std::string content, MakeSystem(packages));
  RETURN_IF_ERROR(KeepFolder(directory, {{"system.cpio", content}}));
  return archive;
}

}  // namespace loadline::lab
