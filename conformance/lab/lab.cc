// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/lab.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/lab/debian_system.h"
#include "conformance/lab/guest_programs.h"
#include "conformance/lab/host_programs.h"
#include "conformance/lab/initramfs.h"
#include "conformance/lab/kernel.h"
#include "conformance/lab/machine.h"
#include "conformance/lab/records.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;

constexpr int kMemoryToSpareMb = 256;
// A virtual machine that works says so at once; one that hangs never does.
constexpr std::chrono::seconds kStartOfVirtual{10};

constexpr const char* kUsers =
    "root:x:0:0:root:/root:/bin/sh\n"
    "messagebus:x:100:101::/nonexistent:/bin/false\n"
    "user:x:1000:1000::/lab/work:/bin/sh\n"
    "nobody:x:65534:65534::/nonexistent:/bin/false\n";
constexpr const char* kGroups =
    "root:x:0:\ntty:x:5:\nkmem:x:15:\nutmp:x:43:\nsystemd-journal:x:102:\n"
    "messagebus:x:101:\nuser:x:1000:\nnogroup:x:65534:\n";
constexpr const char* kSubordinateIds = "user:100000:65536\n";
constexpr const char* kRelease = "NAME=\"Loadline lab\"\nID=lab\nPRETTY_NAME=\"Loadline lab\"\n";
GuestPlan PlanOf(const LabOptions& options) {
  GuestPlan plan;
  plan.cgroup = options.cgroup;
  plan.init = options.init;
  plan.rootless = options.rootless;
  plan.command = options.command;
  plan.environment = {std::string("PATH=") + kProgramDirectory +
                          ":/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
                      std::string("HOME=") + (options.rootless ? kWorkDirectory : "/root"),
                      "TERM=dumb", "NO_COLOR=1"};
  return plan;
}

// What the command finds where it runs, by name.
using Files = std::map<std::string, std::string>;

Result<Files> ReadFiles(const std::vector<std::string>& paths) {
  Files files;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(files[fs::path(path).filename().string()], ReadFile(path));
  }
  return files;
}

// `system` is the file of a whole one to begin with, or empty.
Result<UniqueFd> MakeRoot(const LabOptions& options, const std::string& system,
                          const Kernel& kernel, const Files& files) {
  ASSIGN_OR_RETURN(Initramfs root, Initramfs::Make());
  RETURN_IF_ERROR(system.empty() ? root.AddFile("/etc/os-release", kRelease)
                                 : root.AddArchive(system));
  for (const char* directory : {"/proc", "/sys", "/dev", "/run", "/root", "/var/tmp", "/mnt"})
    RETURN_IF_ERROR(root.AddDirectory(directory));
  RETURN_IF_ERROR(root.AddDirectory("/tmp", 01777));
  RETURN_IF_ERROR(root.AddDirectory(kWorkDirectory));
  RETURN_IF_ERROR(root.AddFile("/etc/passwd", kUsers));
  RETURN_IF_ERROR(root.AddFile("/etc/group", kGroups));
  RETURN_IF_ERROR(root.AddFile("/etc/subuid", kSubordinateIds));
  RETURN_IF_ERROR(root.AddFile("/etc/subgid", kSubordinateIds));
  RETURN_IF_ERROR(root.AddFile(kPlanFile, PlanOf(options).ToText()));
  for (const std::string& module : kernel.modules) {
    if (!IsNeeded(module, options.programs)) continue;
    RETURN_IF_ERROR(root.AddHostFile(
        std::string(kModuleDirectory) + "/" + fs::path(module).filename().string(), module));
  }
  for (const auto& [name, content] : files)
    RETURN_IF_ERROR(root.AddFile(std::string(kWorkDirectory) + "/" + name, content));
  RETURN_IF_ERROR(AddPrograms(root, options));
  return std::move(root).Finish();
}

Result<void> CheckMemory(int wanted_mb) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile("/proc/meminfo"));
  const std::string key = "MemAvailable:";
  std::istringstream rest(text.substr(std::min(text.find(key), text.size())));
  long kilobytes = 0;
  if (!(rest.ignore(static_cast<std::streamsize>(key.size())) >> kilobytes)) return {};
  if (kilobytes / 1024 >= wanted_mb + kMemoryToSpareMb) return {};
  return Failure("the lab wants " + std::to_string(wanted_mb) + " MiB and " +
                     std::to_string(kilobytes / 1024) + " MiB are free",
                 "ask for less with --memory");
}

// Brings a file back into this directory, however it is named.
Result<void> BringBack(const Record& record, const std::string& content) {
  ASSIGN_OR_RETURN(const UniqueFd here, Open(".", O_RDONLY | O_DIRECTORY));
  const size_t slash = record.name.rfind('/');
  if (slash != std::string::npos) {
    ASSIGN_OR_RETURN(const UniqueFd made,
                     MakeDirectoriesInRoot(here.get(), record.name.substr(0, slash), 0755));
  }
  ASSIGN_OR_RETURN(const UniqueFd file,
                   OpenInRoot(here.get(), record.name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                              record.number & 0777));
  return WriteAll(file.get(), content);
}

// One attempt to run the lab.
class Attempt {
 public:
  explicit Attempt(const Files& files) : files_(files) {}

  // `start` is when the lab has to have begun.
  Result<std::string> Run(const Machine& machine, const Deadline& deadline, const Deadline& start) {
    RecordReader reader(
        [this](const Record& record, const std::string& content) { return Take(record, content); });
    const MachineOutputs outputs{
        [](std::string_view bytes) { return WriteAll(STDOUT_FILENO, bytes); },
        [](std::string_view bytes) { return WriteAll(STDERR_FILENO, bytes); },
        [&](std::string_view bytes) { return reader.Take(bytes); }};
    return RunMachine(machine, outputs,
                      [&] { return started_ ? deadline : Deadline::Earlier(deadline, start); });
  }

  bool started() const { return started_; }
  const std::optional<Record>& end() const { return end_; }

 private:
  Result<void> Take(const Record& record, const std::string& content) {
    if (record.kind == "started") {
      started_ = true;
    } else if (record.kind == "file") {
      const auto known = files_.find(record.name);
      if (known == files_.end() || known->second != content) return BringBack(record, content);
    } else {
      end_ = record;
    }
    return {};
  }

  const Files& files_;
  bool started_ = false;
  std::optional<Record> end_;
};

// systemd makes the control groups itself, and is told which.
std::string WordsFor(const LabOptions& options) {
  if (options.init != kSystemdInit) return "";
  std::string words = "systemd.show_status=no ";
  if (options.cgroup != "v2") words += "systemd.unified_cgroup_hierarchy=0 ";
  if (options.cgroup == "v1") words += "systemd.legacy_systemd_cgroup_controller=1 ";
  return words;
}

bool CanVirtualise() { return access("/dev/kvm", R_OK | W_OK) == 0; }

Error EndWithoutRecord(Result<std::string> run) {
  if (!run.has_value()) return std::move(run).error();
  return Failure("the lab ended without a result; its console says: " + *run,
                 "this is a defect of loadline: please report it");
}

Result<Record> RunToRecord(Machine machine, const Files& files, const Deadline& deadline) {
  if (CanVirtualise()) {
    machine.virtualised = true;
    Attempt attempt(files);
    auto run = attempt.Run(machine, deadline, Deadline::After(kStartOfVirtual));
    if (attempt.end()) return *attempt.end();
    if (attempt.started()) return EndWithoutRecord(std::move(run));
    machine.virtualised =
        false;  // KVM is there and does not work: nested, or without what is needed
  }
  Attempt attempt(files);
  auto run = attempt.Run(machine, deadline, deadline);
  return attempt.end() ? Result<Record>(*attempt.end()) : EndWithoutRecord(std::move(run));
}

Error NotHere(Error error) {
  error.kind = ErrorKind::kHostLacks;
  return error;
}

}  // namespace

Result<int> RunLab(const LabOptions& options) {
  const Deadline deadline = Deadline::After(options.timeout);
#ifndef __x86_64__
  return NotHere(Failure("the lab's machine is x86-64, and these programs are not",
                         "run it on a host that is"));
#endif
  if (FindProgram("qemu-system-x86_64").empty())
    return NotHere(Failure("there is no QEMU on this host", "apt-get install qemu-system-x86"));
  if (auto enough = CheckMemory(options.memory_mb); !enough.has_value())
    return NotHere(enough.error());
  auto kernel = FindKernel(options.kernel);
  if (!kernel.has_value()) return NotHere(kernel.error());
  auto system =
      options.init == kSystemdInit ? FindDebianSystem() : Result<std::string>(std::string());
  if (!system.has_value()) return NotHere(system.error());
  ASSIGN_OR_RETURN(const Files files, ReadFiles(options.files));
  ASSIGN_OR_RETURN(const UniqueFd root, MakeRoot(options, *system, *kernel, files));
  Machine machine;
  machine.kernel = kernel->image;
  machine.initramfs = root.get();
  machine.memory_mb = options.memory_mb;
  machine.processors = options.processors;
  machine.words = WordsFor(options);
  const auto reached = RunToRecord(machine, files, deadline);
  if (!reached.has_value() && kernel->modules.empty())
    return NotHere(Failure("kernel " + kernel->version + " does not reach the lab's ports",
                           "its modules are not in /lib/modules: name its package instead"));
  RETURN_IF_ERROR(reached);
  const Record& end = *reached;
  if (end.kind == "exit") return static_cast<int>(end.number);
  if (end.kind == "signal") return 128 + static_cast<int>(end.number);
  return Failure("the lab cannot be set up: " + end.name);
}

}  // namespace loadline::lab
