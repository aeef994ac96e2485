// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/scene.h"

#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/batteries/launched.h"
#include "conformance/batteries/told_state.h"

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kStepTime{6000};
constexpr milliseconds kEndTime{2000};
constexpr milliseconds kPatience{1000};
constexpr int kQuestions = 3;
constexpr int kRounds = 8;  // of killing what the killed have started

bool Lives(pid_t pid) {
  const std::string stat = ReadFile("/proc/" + std::to_string(pid) + "/stat", 4096).value_or("");
  const size_t close = stat.rfind(')');
  return close != std::string::npos && close + 2 < stat.size() && stat[close + 2] != 'Z' &&
         stat[close + 2] != 'X';
}

bool Executes(pid_t pid, const std::string& program) {
  struct stat one {};
  struct stat other {};
  return stat(("/proc/" + std::to_string(pid) + "/exe").c_str(), &one) == 0 &&
         stat(program.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

std::vector<std::string> Entries(const std::string& directory) {
  std::vector<std::string> entries;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    entries.push_back(entry->path().string());
  return entries;
}

// Whether all others in the pid namespace of a container's process have ended: what nobody in there
// has reaped is no leftover of the candidate's.
bool NobodyElseIn(pid_t pid) {
  const auto space = [](pid_t of) {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/" + std::to_string(of) + "/ns/pid", error);
  };
  const Deadline deadline = Deadline::After(kPatience);
  for (const pid_t other : LivingStrangers({})) {
    if (other == pid || space(other) != space(pid)) continue;
    const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, other, 0)));
    auto ended = WaitFor(pidfd.get(), POLLIN, deadline);
    if (pidfd && (!ended || *ended == Readiness::kTimedOut)) return false;
  }
  return true;
}

// What the launcher is told; empty: it has nothing to do.
std::vector<std::string> WordsOf(const Launch& launch) {
  std::vector<std::string> words = launch.conditions;
  if (launch.watched.empty()) return words;
  std::string numbers;
  for (const long call : launch.watched)
    numbers += (numbers.empty() ? "" : ",") + std::to_string(call);
  words.insert(words.end(), {"--watch", std::to_string(Supervisor::kSocket) + ":" + numbers});
  return words;
}

}  // namespace

Result<std::unique_ptr<Scene>> Scene::Make(Rig& rig, const json& changes) {
  std::unique_ptr<Scene> scene(new Scene(rig));
  scene->LimitSteps(kStepTime);
  RETURN_IF_ERROR(scene->MakeBystander());
  ASSIGN_OR_RETURN(scene->victim_, rig.NewContainer(changes));
  ASSIGN_OR_RETURN(Supervisor supervisor,
                   Supervisor::Start({rig.paths().probe,
                                      scene->victim_->bundle + "/rootfs" + kProbeInContainer}));
  scene->supervisor_ = std::make_unique<Supervisor>(std::move(supervisor));
  json process = scene->victim_->config["process"];
  process["args"] = {kProbeInContainer, "nothing"};
  scene->process_file_ = rig.paths().temporary + "/exec.json";
  RETURN_IF_ERROR(WriteFileAtomically(scene->process_file_, process.dump(2)));
  scene->before_ = TakeInventory();
  scene->spared_ = {LivingStrangers({}), GroupsNow(rig.view()), Entries(rig.paths().state),
                    kPatience};
  scene->spared_at_first_ = scene->spared_.processes.size();
  return scene;
}

void Scene::LimitSteps(milliseconds most) {
  rig_.LimitSteps(std::min(most, rig_.options().step_time));
}

Result<void> Scene::MakeBystander() {
  ASSIGN_OR_RETURN(bystander_, rig_.NewContainer());
  return rig_.Run(*bystander_);
}

void Scene::ForgetVictim() {
  (void)unlink(victim_->pid_file.c_str());
  victim_->created = false;
  victim_->deleted = false;
  victim_->pid = -1;
  victim_->pidfd.Reset();
  victim_->ended.reset();
}

Result<Call> Scene::Do(const std::string& verb, const Launch& launch) {
  const Launched launched(rig_, WordsOf(launch));
  UniqueFd socket;
  if (!launch.watched.empty()) {
    ASSIGN_OR_RETURN(socket, supervisor_->NewSocket());
    victim_->descriptors = {{socket.get(), Supervisor::kSocket}};
  }
  if (verb == "create") ForgetVictim();
  json placeholders = json::object();
  if (verb == "exec") placeholders["processFile"] = process_file_;
  if (verb == "kill") placeholders["signal"] = "KILL";
  auto call = verb == "create" ? rig_.TryCreate(*victim_) : rig_.Try(verb, *victim_, placeholders);
  victim_->descriptors.clear();
  return call;
}

Result<void> Scene::DoAll(const std::vector<std::string>& verbs, const Launch& create) {
  for (const std::string& verb : verbs) {
    ASSIGN_OR_RETURN(const Call call, Do(verb, verb == "create" ? create : Launch{}));
    if (!call.Success()) return CandidateError(verb + ", without any fault", call);
    if (verb == "kill") WaitForEndOfVictim();
    if (verb != "start") continue;
    if (const std::string wrong = WaitUntilServes(); !wrong.empty()) return CandidateError(wrong);
  }
  return {};
}

std::string Scene::WaitUntilServes() {
  const auto ready = rig_.Hear(*victim_);
  return ready ? "" : "start succeeded, and the container's process does not run";
}

std::string Scene::AsksHowItIs() {
  const auto answer = rig_.Tell(*victim_, {{"tell", "list"}, {"path", "/proc"}});
  if (!answer) return "the container's process does not answer any more";
  int processes = 0;
  for (const json& name : answer->value("entries", json::array()))
    processes += isdigit(name.get<std::string>()[0]) != 0 ? 1 : 0;
  if (processes == 1 || NobodyElseIn(victim_->pid)) return "";
  return "there are " + std::to_string(processes) + " processes in the container instead of one";
}

void Scene::WaitForEndOfVictim() {
  if (victim_->pidfd) (void)WaitFor(victim_->pidfd.get(), POLLIN, Deadline::After(kEndTime));
}

// A process may have gone on between the answer and our look, but only in one direction: who asks
// again hears the truth.
Result<StateAnswer> Scene::State() {
  StateAnswer answer;
  for (int i = 0; i < kQuestions; ++i) {
    ASSIGN_OR_RETURN(answer, AskState());
    answer.lie = LieOf(answer);
    if (answer.lie.empty() || answer.hangs) break;
    if (answer.status == "stopped") WaitForEndOfVictim();
  }
  return answer;
}

Result<StateAnswer> Scene::AskState() {
  ASSIGN_OR_RETURN(const Call call, rig_.Try("state", *victim_));
  if (!call.Success()) return StateAnswer{"none", 0, call.timed_out, ""};
  const ToldState state = ReadState(call.output);
  return StateAnswer{state.status, state.pid, false, ""};
}

std::string Scene::LieOf(const StateAnswer& answer) const {
  if (answer.hangs) return "state does not answer";
  const bool known = victim_->pidfd && victim_->pid > 0;
  const pid_t pid = answer.pid > 0 ? answer.pid : known ? victim_->pid : 0;
  const bool lives = pid > 0 && Lives(pid);
  const std::string& status = answer.status;
  if ((status == "created" || status == "running") && !lives)
    return "state says " + status + ", and there is no process " + std::to_string(answer.pid);
  const std::string payload = victim_->bundle + "/rootfs" + kProbeInContainer;
  if (status == "created" && Executes(pid, payload))
    return "state says created, and the container's program runs";
  if (status == "stopped" && known && Lives(victim_->pid))
    return "state says stopped, and the process " + std::to_string(victim_->pid) + " lives";
  return "";
}

std::string Scene::HarmOfBystander(bool ask) {
  pollfd entry{bystander_->pidfd.get(), POLLIN, 0};
  if (poll(&entry, 1, 0) != 0) return "the process of another container has ended";
  if (ask && !rig_.Tell(*bystander_, {{"tell", "signals"}}))
    return "the process of another container does not answer any more";
  return "";
}

json Scene::Leaks() const {
  // Who is here by right, as a hook's daemon, may have been in the container's session of keys.
  std::vector<std::string> ids;
  if (spared_.processes.size() == spared_at_first_) ids.push_back(victim_->id);
  // Descriptors of this process are the battery's.
  return FindLeaks({before_, rig_.paths(), rig_.view(), spared_, ids, false});
}

std::vector<std::string> Scene::Leftovers() const {
  const json leaks = Leaks();
  std::vector<std::string> words;
  for (const auto& kind : leaks.items()) {
    if (!kind.value().empty()) words.push_back(kind.key() + " " + kind.value().dump());
  }
  return words;
}

void Scene::Spare(const std::vector<pid_t>& processes, const std::vector<std::string>& groups,
                  const std::vector<std::string>& state) {
  spared_.state.insert(spared_.state.end(), state.begin(), state.end());
  spared_.processes.insert(spared_.processes.end(), processes.begin(), processes.end());
  spared_.groups.insert(spared_.groups.end(), groups.begin(), groups.end());
}

void Scene::CleanUp() {
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<pid_t> strangers = LivingStrangers(spared_.processes);
    if (strangers.empty()) break;
    for (const std::string& group : GroupsNow(rig_.view())) {
      if (group.ends_with("/" + victim_->id)) ThawGroupTree(group);
    }
    for (const pid_t pid : strangers) kill(pid, SIGKILL);
    for (const pid_t pid : strangers) {
      const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
      if (pidfd) (void)WaitFor(pidfd.get(), POLLIN, Deadline::After(kPatience));
    }
  }
  const json leaks = Leaks();
  for (const std::string mount : leaks["mounts"]) umount2(mount.c_str(), MNT_DETACH);
  for (const std::string group : leaks["cgroups"]) RemoveGroupTree(group);
  for (const char* kind : {"files", "state"}) {
    for (const std::string file : leaks[kind]) (void)RemoveTree(file);
  }
  for (const std::string& file : Entries(rig_.paths().temporary)) {
    if (file != process_file_ && file != bystander_->pid_file) (void)RemoveTree(file);
  }
  ForgetVictim();
}

}  // namespace loadline::conformance::faults
