// SPDX-License-Identifier: Apache-2.0
// Processes of the runtime that a container sees before they have become its own: it may neither
// trace them nor look through them. Guards against CVE-2016-9962.
#include <sys/stat.h>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/isolation/watch_execs.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

const std::string kWaiting = "loadline/isolation/trace-window/waiting";
const std::string kWays = "loadline/isolation/trace-window/waiting-looked-through";
const std::string kExec = "loadline/isolation/trace-window/exec";
const std::string kOwner = "loadline/isolation/trace-window/owner";
constexpr int kSomebody = 1000;

Result<json> Neighbours(Rig& rig, Container& container) {
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, {{"tell", "neighbours"}}));
  return answer.value("neighbours", json::object());
}

// Whether all neighbours answer "ok", or any of them.
bool AnyIs(const json& neighbours, const char* way) {
  for (const auto& one : neighbours.items()) {
    if (one.value().value(way, "") == "ok") return true;
  }
  return false;
}

struct Seen {
  json waiting;
  json running;
};

// A container that joins the pid namespace of another waits for start within its sight, and then
// runs there. Both are the same user's, with the same rights.
Result<Seen> LookAtGuest(Rig& rig, int user) {
  const json process = {{"user", {{"uid", user}, {"gid", user}}}};
  ASSIGN_OR_RETURN(Container* const watcher, rig.NewContainer({{"process", process}}));
  RETURN_IF_ERROR(rig.Run(*watcher));
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*watcher));
  const std::string place = "/proc/" + std::to_string(pid) + "/ns/pid";
  ASSIGN_OR_RETURN(Container* const guest,
                   rig.NewContainer({{"process", process},
                                     {"linux", {{"namespaces", {{"pid", {{"path", place}}}}}}}}));
  RETURN_IF_ERROR(rig.Create(*guest));
  Seen seen;
  ASSIGN_OR_RETURN(seen.waiting, Neighbours(rig, *watcher));
  RETURN_IF_ERROR(rig.Start(*guest));
  ASSIGN_OR_RETURN(seen.running, Neighbours(rig, *watcher));
  rig.Remove(*guest);
  rig.Remove(*watcher);
  return seen;
}

Result<void> JudgeWaiting(Rig& rig, Findings& findings, int user) {
  ASSIGN_OR_RETURN(const Seen seen, LookAtGuest(rig, user));
  const json evidence = {{"waiting", seen.waiting}, {"running", seen.running}};
  // The control: what runs may be traced.
  const bool able = AnyIs(seen.running, "attached");
  for (const auto& [check, ways] :
       {std::pair{kWaiting, std::vector<const char*>{"attached", "memory"}},
        std::pair{kWays, std::vector<const char*>{"root", "descriptors"}}}) {
    if (!able || seen.waiting.empty()) {
      findings.Say(check, Verdict::kInconclusive,
                   "the other container cannot be seen from inside the first", evidence);
      continue;
    }
    for (const char* way : ways)
      findings.Judge(check, !AnyIs(seen.waiting, way),
                     "user " + std::to_string(user) +
                         ": the process that waits for start is open "
                         "to " +
                         way + ": " + seen.waiting.dump(),
                     evidence);
  }
  return {};
}

Result<uid_t> OwnerOf(pid_t pid) {
  struct stat info {};
  const std::string process = "/proc/" + std::to_string(pid);
  if (stat(process.c_str(), &info) != 0) return CallError("stat", process);
  return info.st_uid;
}

// Whose /proc is root's cannot be looked through by the payload's user.
Result<void> JudgeOwner(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(
      Container* const container,
      rig.NewContainer({{"process", {{"user", {{"uid", kSomebody}, {"gid", kSomebody}}}}}}));
  RETURN_IF_ERROR(rig.Create(*container));
  ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
  ASSIGN_OR_RETURN(const uid_t waiting, OwnerOf(pid));
  RETURN_IF_ERROR(rig.Start(*container));
  ASSIGN_OR_RETURN(const uid_t running, OwnerOf(pid));
  const json evidence = {{"waiting", waiting}, {"running", running}};
  if (running != kSomebody)
    findings.Say(kOwner, Verdict::kInconclusive, "the payload's process is not its user's",
                 evidence);
  findings.Judge(kOwner, waiting == 0,
                 "the process that waits for start belongs to user " + std::to_string(waiting),
                 evidence);
  rig.Remove(*container);
  return {};
}

Result<void> JudgeExec(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const json watched, WatchExecs(rig, {kWatchedPayload}));
  const json stages = watched.value("stages", json::object());
  // The control is in the same run: the payload, with the same user and rights, may be traced.
  if (watched.value("payloads", 0) == 0 && !stages.contains("ok")) {
    findings.Say(kExec, Verdict::kInconclusive, "no process of exec was seen from inside", watched);
    return {};
  }
  findings.Judge(kExec, !stages.contains("ok"),
                 "a process could be traced before it was the payload's: " + stages.dump(),
                 watched);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  if (rig.HasVerb("exec")) RETURN_IF_ERROR(JudgeExec(rig, findings));
  RETURN_IF_ERROR(JudgeOwner(rig, findings));
  for (const int user : {0, kSomebody}) RETURN_IF_ERROR(JudgeWaiting(rig, findings, user));
  return {};
}

}  // namespace

BatteryRun TraceWindowRun() {
  const std::string closed = "loadline/isolation/probes/trace-window";
  return {"trace-window",
          {{kWaiting,
            "another container cannot trace the process that waits for start",
            {closed},
            {"root"}},
           {kWays,
            "another container cannot look through the process that waits for start",
            {closed},
            {"root"}},
           {kOwner,
            "the process that waits for start does not belong to the payload's user",
            {closed},
            {"root"}},
           {kExec,
            "the container cannot trace a process that exec brings into it",
            {closed},
            {"verb-exec"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
