// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/guest.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/files.h"
#include "conformance/batteries/machine/apart.h"
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

// A whole system has much to do, and an emulated or a busy processor takes its time.
constexpr std::chrono::seconds kBootTime{120};
constexpr std::chrono::seconds kEndTime{60};
constexpr milliseconds kReapTime{3000};
constexpr size_t kShown = 200;        // bytes of what somebody said
constexpr milliseconds kBackOff{20};  // nothing tells that somebody was reaped

// An init system believes that the machine is its own: some of them set the kernel up for the whole
// host (the limits of open files, for one) where nobody keeps them from it.
const std::vector<std::string> kProtected = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                             "/proc/sysrq-trigger"};

// What its services say when they start, and when they are stopped.
constexpr const char* kRuns = "booted:init";
const std::vector<std::string> kStarts = {"started:first", "started:second", kRuns};
const std::vector<std::string> kStops = {"stopped:second", "stopped:first"};

// What a machine needs that an application does not: its own places to write, and the right to end
// itself.
json ConfigOf(const InitSystem& init, const std::string& system) {
  const json capabilities = {
      "CAP_AUDIT_WRITE", "CAP_CHOWN",      "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH",
      "CAP_FOWNER",      "CAP_FSETID",     "CAP_KILL",         "CAP_MKNOD",
      "CAP_NET_ADMIN",   "CAP_NET_RAW",    "CAP_SETFCAP",      "CAP_NET_BIND_SERVICE",
      "CAP_SETGID",      "CAP_SETPCAP",    "CAP_SETUID",       "CAP_SYS_ADMIN",
      "CAP_SYS_BOOT",    "CAP_SYS_CHROOT", "CAP_SYS_NICE",     "CAP_SYS_PTRACE"};
  std::vector<std::string> arguments{FindProgram(init, system)};
  arguments.insert(arguments.end(), init.arguments.begin(), init.arguments.end());
  json config = {
      {"process",
       {{"args", arguments},
        {"env", {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "container=loadline"}},
        {"noNewPrivileges", false},
        {"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
      {"mounts", MountsOf(system)},
      {"linux", {{"readonlyPaths", kProtected}}}};
  config.merge_patch(init.config);
  return config;
}

}  // namespace

Result<std::unique_ptr<Guest>> Guest::Make(Rig& rig, const InitSystem& init) {
  std::unique_ptr<Guest> guest(new Guest(rig));
  ASSIGN_OR_RETURN(guest->container_, rig.NewContainer(ConfigOf(init, rig.options().system)));
  RETURN_IF_ERROR(guest->Furnish(init));
  return guest;
}

Result<void> Guest::Furnish(const InitSystem& init) {
  reports_ = init.reports;
  RETURN_IF_ERROR(root_.Make(container_->bundle, rig_.options().system));
  for (const TextFile& file : init.files) RETURN_IF_ERROR(root_.Write(file));
  const std::string log = container_->bundle + "/rootfs" + kLogInContainer;
  ASSIGN_OR_RETURN(log_, Open(log, O_RDWR));
  changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!changes_ || inotify_add_watch(changes_.get(), log.c_str(), IN_MODIFY) < 0)
    return CallError("inotify", log);
  return {};
}

std::optional<std::string> Guest::NextLine(int process, const Deadline& deadline) {
  std::array<char, 4096> buffer;
  bool over = false;  // there is nothing to wait for
  while (true) {
    const size_t end = bytes_.find('\n');
    if (end != std::string::npos) {
      std::string line = bytes_.substr(0, end);
      bytes_.erase(0, end + 1);
      return line;
    }
    container_->output.ReadMore();  // what it prints on must not be full
    container_->errors.ReadMore();
    // All of it, before a change is waited for: one change may be more than is read at once.
    const ssize_t count = read(log_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      bytes_.append(buffer.data(), static_cast<size_t>(count));
      continue;
    }
    if (over) return std::nullopt;
    std::array<pollfd, 2> entries{pollfd{changes_.get(), POLLIN, 0}, pollfd{process, POLLIN, 0}};
    poll(entries.data(), entries.size(), deadline.PollTimeout());
    (void)!read(changes_.get(), buffer.data(), buffer.size());
    over = entries[1].revents != 0 || deadline.Passed();
  }
}

void Guest::Take(const std::string& line) {
  const size_t colon = line.find(':');
  const std::string word = line.substr(0, colon);
  if (word == "parent") {
    parent_ = line.substr(colon + 1);
  } else if (word == "orphan") {
    orphan_ = line.substr(colon + 1);
  } else if (!TakeLine(report_, line)) {
    events_.push_back(line);
  }
}

bool Guest::Hears(const std::string& wanted, int process, const Deadline& deadline) {
  while (const auto line = NextLine(process, deadline)) {
    Take(*line);
    if (line->starts_with(wanted)) return true;
  }
  return false;
}

std::string Guest::HearStart(int process) {
  if (!Hears(kRuns, process, Deadline::After(kBootTime)))
    return "its services do not say that they run, but " + InWords(events_);
  if (events_ != kStarts) return "its services start in another order: " + InWords(events_);
  ++lives_;
  return "";
}

std::string Guest::HearReport(int process) {
  if (Hears(kReported, process, Deadline::After(kBootTime))) return "";
  return "it does not tell whether all of it runs";
}

// Whoever has ended has said all.
std::string Guest::HearEnd(int process, const std::string& by) {
  events_.clear();
  const Deadline deadline = Deadline::After(kEndTime);
  while (const auto line = NextLine(process, deadline)) Take(*line);
  if (events_.empty()) return "its services are not stopped by " + by;
  if (events_ != kStops) return "its services are stopped in another order: " + InWords(events_);
  return deadline.Passed() ? "its process 1 does not end by " + by : "";
}

Result<std::string> Guest::LiveNatively(const Ending& ending) {
  std::string wrong;
  {
    auto apart = Apart::Start(rig_.paths().probe, container_->bundle, kBootTime);
    if (!apart) return apart.error().ToLine();
    wrong = HearStart(apart->init());
    if (!wrong.empty()) wrong += "; on standard error: \"" + apart->Errors() + "\"";
    if (wrong.empty() && reports_) wrong = HearReport(apart->init());
    if (wrong.empty()) {
      apart->Send(ending.number);
      wrong = HearEnd(apart->init(), ending.title);
    }
    const json ended = wrong.empty() ? apart->Hear(Deadline::After(kEndTime)) : json::object();
    if (wrong.empty() && ended.value("signal", 0) != ending.ends_by)
      wrong = "it does not end by " + ExitStatus{0, ending.ends_by}.ToText() + ": " + ended.dump();
  }
  SweepGroups();
  RETURN_IF_ERROR(ForgetLog());
  return wrong;
}

Result<std::string> Guest::Boot() {
  report_ = {};
  ASSIGN_OR_RETURN(const Call create, rig_.TryCreate(*container_));
  if (create.no_words) return CandidateError("create", create);
  if (!create.Success()) return "create: " + create.ToText();
  RETURN_IF_ERROR(Rig::PidOf(*container_));
  ASSIGN_OR_RETURN(const Call start, rig_.Try("start", *container_));
  if (!start.Success()) return "start: " + start.ToText();
  if (const std::string wrong = HearStart(container_->pidfd.get()); !wrong.empty()) {
    container_->errors.ReadMore();
    return wrong + "; on standard error: \"" + container_->errors.bytes.substr(0, kShown) + "\"";
  }
  if (parent_ != "1")
    return "it is not process 1 of its pid namespace: its service's parent is process " + parent_;
  if (const std::string status = Status(); status != "running")
    return "its services run, and its state is " + status;
  return std::string();
}

std::string Guest::HearReport() { return HearReport(container_->pidfd.get()); }

Result<std::optional<std::string>> Guest::ReapsOrphans() {
  if (orphan_.empty() && !Hears("orphan:", container_->pidfd.get(), Deadline::After(kReapTime)))
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
  if (const std::string wrong = HearEnd(container_->pidfd.get(), ending.title); !wrong.empty())
    return Wrong(wrong);
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
  events_.clear();
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
