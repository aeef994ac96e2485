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
#include "conformance/lab/host_programs.h"
#include "conformance/lab/initramfs.h"
#include "conformance/lab/kernel.h"
#include "conformance/lab/machine.h"
#include "conformance/lab/records.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnPrograms[] = {"loadline", "loadline-runtime", "loadline-probe",
                                        "loadline-mutant"};
constexpr const char* kInit = "loadline-lab-init";
// Taken along when the host has them.
constexpr const char* kKnownPrograms[] = {"busybox", "runc", "crun"};
constexpr int kMemoryToSpareMb = 256;
// A virtual machine that works says so at once; one that hangs never does.
constexpr std::chrono::seconds kStartOfVirtual{10};

constexpr const char* kUsers =
    "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/lab/work:/bin/sh\n";
constexpr const char* kGroups = "root:x:0:\ntty:x:5:\nuser:x:1000:\n";
constexpr const char* kRelease = "NAME=\"Loadline lab\"\nID=lab\nPRETTY_NAME=\"Loadline lab\"\n";
constexpr const char* kShell[] = {"sh",  "cat", "ls",    "mkdir", "rm",    "echo", "sleep", "mount",
                                  "env", "id",  "grep",  "head",  "tail",  "ps",   "kill",  "test",
                                  "cp",  "mv",  "chmod", "true",  "false", "stat", "dmesg", "wc"};

Result<void> AddProgram(Initramfs& root, const std::string& program) {
  ASSIGN_OR_RETURN(const auto files, FilesOf(program));
  for (const std::string& file : files) RETURN_IF_ERROR(root.AddHostFile(file, file));
  return {};
}

Result<void> AddPrograms(Initramfs& root, const LabOptions& options) {
  std::string own = options.programs_directory;
  if (own.empty()) own = fs::read_symlink("/proc/self/exe").parent_path().string();
  RETURN_IF_ERROR(root.AddHostFile("/init", own + "/" + kInit));
  for (const char* name : kOwnPrograms) {
    const std::string path = own + "/" + name;
    if (!fs::exists(path)) continue;
    RETURN_IF_ERROR(root.AddHostFile(std::string(kProgramDirectory) + "/" + name, path));
    ASSIGN_OR_RETURN(auto files, FilesOf(path));  // a build with sanitizers has libraries
    files.erase(files.begin());
    for (const std::string& file : files) RETURN_IF_ERROR(root.AddHostFile(file, file));
  }
  for (const char* name : kKnownPrograms) {
    if (const std::string path = FindProgram(name); !path.empty())
      RETURN_IF_ERROR(AddProgram(root, path));
  }
  if (const std::string busybox = FindProgram("busybox"); !busybox.empty()) {
    for (const std::string name : kShell) RETURN_IF_ERROR(root.AddLink("/bin/" + name, busybox));
  }
  std::vector<std::string> wanted = options.programs;
  const std::string& first = options.command[0];
  const bool is_own =
      std::find(std::begin(kOwnPrograms), std::end(kOwnPrograms), first) != std::end(kOwnPrograms);
  if (!is_own && !FindProgram(first).empty()) wanted.push_back(first);
  for (const std::string& name : wanted) {
    const std::string path = FindProgram(name);
    if (path.empty())
      return Failure("there is no program " + name + " on this host", "name one that is in PATH");
    RETURN_IF_ERROR(AddProgram(root, fs::absolute(path).string()));
  }
  return {};
}

GuestPlan PlanOf(const LabOptions& options) {
  GuestPlan plan;
  plan.cgroup = options.cgroup;
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

Result<UniqueFd> MakeRoot(const LabOptions& options, const Kernel& kernel, const Files& files) {
  ASSIGN_OR_RETURN(Initramfs root, Initramfs::Make());
  for (const char* directory : {"/proc", "/sys", "/dev", "/run", "/root", "/var/tmp", "/mnt"})
    RETURN_IF_ERROR(root.AddDirectory(directory));
  RETURN_IF_ERROR(root.AddDirectory("/tmp", 01777));
  RETURN_IF_ERROR(root.AddDirectory(kWorkDirectory));
  RETURN_IF_ERROR(root.AddFile("/etc/passwd", kUsers));
  RETURN_IF_ERROR(root.AddFile("/etc/group", kGroups));
  RETURN_IF_ERROR(root.AddFile("/etc/os-release", kRelease));
  RETURN_IF_ERROR(root.AddFile(kPlanFile, PlanOf(options).ToText()));
  for (const std::string& module : kernel.modules)
    RETURN_IF_ERROR(root.AddHostFile(
        std::string(kModuleDirectory) + "/" + fs::path(module).filename().string(), module));
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
  error.number = kNotHere;
  return error;
}

}  // namespace

Result<int> RunLab(const LabOptions& options) {
  const Deadline deadline = Deadline::After(options.timeout);
  if (FindProgram("qemu-system-x86_64").empty())
    return NotHere(Failure("there is no QEMU on this host", "apt-get install qemu-system-x86"));
  if (auto enough = CheckMemory(options.memory_mb); !enough.has_value())
    return NotHere(std::move(enough).error());
  auto kernel = FindKernel(options.kernel);
  if (!kernel.has_value()) return NotHere(std::move(kernel).error());
  ASSIGN_OR_RETURN(const Files files, ReadFiles(options.files));
  ASSIGN_OR_RETURN(const UniqueFd root, MakeRoot(options, *kernel, files));
  Machine machine;
  machine.kernel = kernel->image;
  machine.initramfs = root.get();
  machine.memory_mb = options.memory_mb;
  machine.processors = options.processors;
  ASSIGN_OR_RETURN(const Record end, RunToRecord(machine, files, deadline));
  if (end.kind == "exit") return static_cast<int>(end.number);
  if (end.kind == "signal") return 128 + static_cast<int>(end.number);
  return Failure("the lab cannot be set up: " + end.name);
}

}  // namespace loadline::lab
