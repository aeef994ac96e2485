// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/guest.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/child_process.h"
#include "base/files.h"
#include "base/pipe.h"
#include "conformance/batteries/host_programs.h"
#include "conformance/batteries/told_state.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/reaper.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance::machine {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kBootTime{20};
constexpr std::chrono::seconds kEndTime{20};
constexpr milliseconds kReapTime{3000};
constexpr size_t kShown = 200;        // bytes of what somebody said
constexpr milliseconds kBackOff{20};  // nothing tells that somebody was reaped

// An init system believes that the machine is its own: some of them set the kernel up for the whole
// host (the limits of open files, for one) where nobody keeps them from it.
const std::vector<std::string> kProtected = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                             "/proc/sysrq-trigger"};

const std::string kRuns = "booted:";
const std::string kStops = "stopped:";
const std::string kOrphan = "orphan:";
const std::string kParent = "parent:";

// What a machine needs that an application does not: its own places to write, and the right to end
// itself.
json ConfigOf(const InitSystem& init) {
  const json capabilities = {
      "CAP_AUDIT_WRITE", "CAP_CHOWN",      "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH",
      "CAP_FOWNER",      "CAP_FSETID",     "CAP_KILL",         "CAP_MKNOD",
      "CAP_NET_ADMIN",   "CAP_NET_RAW",    "CAP_SETFCAP",      "CAP_NET_BIND_SERVICE",
      "CAP_SETGID",      "CAP_SETPCAP",    "CAP_SETUID",       "CAP_SYS_ADMIN",
      "CAP_SYS_BOOT",    "CAP_SYS_CHROOT", "CAP_SYS_NICE",     "CAP_SYS_PTRACE"};
  std::vector<std::string> arguments{FindProgram(init)};
  arguments.insert(arguments.end(), init.arguments.begin(), init.arguments.end());
  json config = {
      {"process",
       {{"args", arguments},
        {"env", {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "container=loadline"}},
        {"noNewPrivileges", false},
        {"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"mounts", MountsOfHostPrograms()},
      {"linux", {{"readonlyPaths", kProtected}}}};
  config.merge_patch(init.config);
  return config;
}

// The process of `apart` (probe/nest.h), and what it says.
class Apart {
 public:
  static Result<Apart> Start(const Rig& rig, const std::string& bundle) {
    ASSIGN_OR_RETURN(Pipe output, MakePipe());
    ASSIGN_OR_RETURN(Pipe errors, MakePipe());
    SpawnOptions spawn;
    spawn.argv = {rig.paths().probe, "apart", bundle};
    spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    spawn.directory = "/";
    spawn.standard_output = output.write.get();
    spawn.standard_error = errors.write.get();
    spawn.dies_with_parent = false;
    ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(spawn));
    Apart apart(std::move(process), std::move(output.read), std::move(errors.read));
    output.write.Reset();
    errors.write.Reset();
    const json said = apart.Hear(Deadline::After(kBootTime));
    apart.init_ = said.value("pid", pid_t{-1});
    if (apart.init_ < 0) return Failure("no namespaces could be made: " + apart.Errors());
    apart.pidfd_.Reset(static_cast<int>(syscall(SYS_pidfd_open, apart.init_, 0)));
    return apart;
  }
  Apart(Apart&& other) noexcept = default;
  Apart& operator=(Apart&&) = delete;
  ~Apart() {
    if (pidfd_) syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    if (pidfd_) (void)WaitFor(pidfd_.get(), POLLIN, Deadline::After(kEndTime));
  }

  int init() const { return pidfd_.get(); }
  std::string Errors() {
    errors_.ReadMore();
    return errors_.bytes.substr(0, kShown);
  }
  void Send(int number) { syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0); }
  // An object; empty when nothing comes.
  json Hear(const Deadline& deadline) {
    while (bytes_.find('\n') == std::string::npos) {
      const auto ready = WaitFor(output_.get(), POLLIN, deadline);
      std::array<char, 4096> buffer;
      const ssize_t count = ready && *ready == Readiness::kReady
                                ? read(output_.get(), buffer.data(), buffer.size())
                                : 0;
      if (count <= 0) return json::object();
      bytes_.append(buffer.data(), static_cast<size_t>(count));
    }
    const size_t end = bytes_.find('\n');
    json said = ParseForeign(bytes_.substr(0, end));
    bytes_.erase(0, end + 1);
    return said.is_object() ? said : json::object();
  }

 private:
  Apart(ChildProcess process, UniqueFd output, UniqueFd errors)
      : process_(std::move(process)),
        output_(std::move(output)),
        errors_{std::move(errors), "", false} {}

  ChildProcess process_;
  UniqueFd output_;
  CappedStream errors_;
  UniqueFd pidfd_;
  pid_t init_ = -1;
  std::string bytes_;
};

}  // namespace

std::string FindProgram(const InitSystem& init) {
  for (const std::string& place : init.places) {
    if (access(place.c_str(), X_OK) == 0) return place;
  }
  return "";
}

Result<std::unique_ptr<Guest>> Guest::Make(Rig& rig, const InitSystem& init) {
  std::unique_ptr<Guest> guest(new Guest(rig));
  ASSIGN_OR_RETURN(guest->container_, rig.NewContainer(ConfigOf(init)));
  RETURN_IF_ERROR(guest->Furnish(init));
  return guest;
}

Result<void> Guest::Furnish(const InitSystem& init) {
  const std::string rootfs = container_->bundle + "/rootfs";
  RETURN_IF_ERROR(PrepareForHostPrograms(rootfs));
  std::error_code error;
  for (const char* place : {"/run", "/var"}) fs::create_directory(rootfs + place, error);
  for (const TextFile& file : init.files) {
    fs::create_directories(fs::path(rootfs + file.path).parent_path(), error);
    RETURN_IF_ERROR(WriteFileAtomically(rootfs + file.path, file.text));
  }
  const std::string log = rootfs + kLogInContainer;
  ASSIGN_OR_RETURN(log_, Open(log, O_RDWR));
  changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!changes_ || inotify_add_watch(changes_.get(), log.c_str(), IN_MODIFY) < 0)
    return CallError("inotify", log);
  return {};
}

std::optional<std::string> Guest::NextLine(int process, const Deadline& deadline) {
  while (true) {
    const size_t end = bytes_.find('\n');
    if (end != std::string::npos) {
      std::string line = bytes_.substr(0, end);
      bytes_.erase(0, end + 1);
      return line;
    }
    container_->output.ReadMore();  // what it prints on must not be full
    container_->errors.ReadMore();
    std::array<char, 4096> buffer;
    std::array<pollfd, 2> entries{pollfd{changes_.get(), POLLIN, 0}, pollfd{process, POLLIN, 0}};
    poll(entries.data(), entries.size(), deadline.PollTimeout());
    (void)!read(changes_.get(), buffer.data(), buffer.size());
    const ssize_t count = read(log_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      bytes_.append(buffer.data(), static_cast<size_t>(count));
    } else if (entries[1].revents != 0 || deadline.Passed()) {
      return std::nullopt;
    }
  }
}

bool Guest::Hears(const std::string& beginning, int process, const Deadline& deadline) {
  while (const auto line = NextLine(process, deadline)) {
    if (line->starts_with(kParent)) parent_ = line->substr(kParent.size());
    if (line->starts_with(kOrphan)) orphan_ = line->substr(kOrphan.size());
    if (line->starts_with(beginning)) return true;
  }
  return false;
}

Result<std::string> Guest::LiveNatively(const Ending& ending) {
  std::string wrong;
  {
    auto apart = Apart::Start(rig_, container_->bundle);
    if (!apart) return apart.error().ToLine();
    if (!Hears(kRuns, apart->init(), Deadline::After(kBootTime))) {
      wrong = "its service does not say that it runs: " + apart->Errors();
    } else {
      apart->Send(ending.number);
      if (!Hears(kStops, apart->init(), Deadline::After(kEndTime)))
        wrong = "its service is not stopped by " + std::string(ending.title);
      const json ended = wrong.empty() ? apart->Hear(Deadline::After(kEndTime)) : json::object();
      if (wrong.empty() && ended.value("signal", 0) != ending.ends_by)
        wrong =
            "it does not end by " + ExitStatus{0, ending.ends_by}.ToText() + ": " + ended.dump();
    }
  }
  SweepGroups();
  RETURN_IF_ERROR(ForgetLog());
  return wrong;
}

Result<std::string> Guest::Boot() {
  ASSIGN_OR_RETURN(const Call create, rig_.TryCreate(*container_));
  if (create.no_words) return CandidateError("create", create);
  if (!create.Success()) return "create: " + create.ToText();
  RETURN_IF_ERROR(Rig::PidOf(*container_));
  ASSIGN_OR_RETURN(const Call start, rig_.Try("start", *container_));
  if (!start.Success()) return "start: " + start.ToText();
  if (!Hears(kRuns, container_->pidfd.get(), Deadline::After(kBootTime))) {
    container_->errors.ReadMore();
    return "its service does not say that it runs; on standard error: \"" +
           container_->errors.bytes.substr(0, kShown) + "\"";
  }
  if (parent_ != "1")
    return "it is not process 1 of its pid namespace: its service's parent is process " + parent_;
  return std::string();
}

Result<std::optional<std::string>> Guest::ReapsOrphans() {
  if (orphan_.empty() && !Hears(kOrphan, container_->pidfd.get(), Deadline::After(kReapTime)))
    return std::optional<std::string>("an orphan of its service does not tell of itself");
  const std::string proc = "/proc/" + std::to_string(container_->pid) + "/root/proc/";
  // The control: process 1 is there to be seen.
  if (access((proc + "1").c_str(), F_OK) != 0) return std::optional<std::string>();
  const Deadline deadline = Deadline::After(kReapTime);
  while (access((proc + orphan_).c_str(), F_OK) == 0) {
    if (deadline.Passed())
      return std::optional<std::string>("its orphan " + orphan_ +
                                        " has ended, and nobody has reaped it");
    RETURN_IF_ERROR(Rig::Wait(kBackOff));
  }
  return std::optional<std::string>("");
}

Result<std::optional<std::string>> Guest::End(const Ending& ending) {
  using Wrong = std::optional<std::string>;
  ASSIGN_OR_RETURN(const Call call, rig_.Try("kill", *container_, {{"signal", ending.signal}}));
  if (!call.Success()) return Wrong("kill: " + call.ToText());
  if (!Hears(kStops, container_->pidfd.get(), Deadline::After(kEndTime)))
    return Wrong("its service is not stopped by " + std::string(ending.signal));
  if (!WaitForEnd(*container_, Deadline::After(kEndTime)))
    return Wrong("its process 1 does not end");
  const std::string status = Status();
  if (status != "stopped") return Wrong("afterwards its state is " + status);
  // A monitor that has reaped it was told, and nobody else.
  const auto told =
      Reaper::OfThisCell().StatusOf(container_->pid, Deadline::After(milliseconds(0)));
  if (!told) return Wrong();
  const ExitStatus wanted{0, ending.ends_by};
  if (told->signal != ending.ends_by)
    return Wrong("its process 1 ends with " + told->ToText() + ", not " + wanted.ToText());
  return Wrong("");
}

std::string Guest::Status() {
  const auto call = rig_.Try("state", *container_);
  return call && call->Success() ? ReadState(call->output).status : "none";
}

Result<std::string> Guest::Delete() {
  const std::string verb = container_->ended && Status() == "stopped" ? "delete" : "deleteForce";
  ASSIGN_OR_RETURN(const Call call, rig_.Try(verb, *container_));
  SweepGroups();
  if (!call.Success()) return verb + ": " + call.ToText();
  container_->CloseStreams();
  (void)unlink(container_->pid_file.c_str());
  container_->created = false;
  container_->deleted = false;
  container_->ended.reset();
  container_->pid = -1;
  RETURN_IF_ERROR(ForgetLog());
  return std::string();
}

Result<void> Guest::ForgetLog() {
  if (ftruncate(log_.get(), 0) != 0 || lseek(log_.get(), 0, SEEK_SET) != 0)
    return CallError("ftruncate", kLogInContainer);
  bytes_.clear();
  orphan_.clear();
  parent_.clear();
  return {};
}

// On a host with both kinds of control groups a candidate may leave its containers in our own group
// of v2: what an init system has made there is nobody's else.
void Guest::SweepGroups() const {
  for (const Hierarchy& hierarchy : rig_.view().hierarchies) {
    if (!hierarchy.v2) continue;
    std::error_code error;
    const std::string own = MountInCell(rig_.view(), hierarchy) + "/harness";
    for (auto entry = fs::directory_iterator(own, error);
         !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (entry->is_directory(error)) RemoveGroupTree(entry->path().string());
    }
  }
}

}  // namespace loadline::conformance::machine
