// SPDX-License-Identifier: Apache-2.0
// Processes of the runtime that a container sees before they have become its own: it may neither
// trace them nor look through them. Guards against CVE-2016-9962.
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

// Whose containers they are. A process may only trace one that has no more capabilities than it has
// itself, so that without any it is the runtime alone that stands in the way.
struct Row {
  const char* who;
  int user;
  std::vector<std::string> capabilities;
};
const Row kRows[] = {
    {"root", 0, {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"}},
    {"root without capabilities", 0, {}},
    {"a user without capabilities", 1000, {}},
};

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
Result<Seen> LookAtGuest(Rig& rig, const Row& row) {
  const json process = {{"user", {{"uid", row.user}, {"gid", row.user}}},
                        {"capabilities",
                         {{"bounding", row.capabilities},
                          {"effective", row.capabilities},
                          {"permitted", row.capabilities}}}};
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

Result<void> JudgeWaiting(Rig& rig, Findings& findings, const Row& row) {
  ASSIGN_OR_RETURN(const Seen seen, LookAtGuest(rig, row));
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
                     std::string(row.who) + ": the process that waits for start is open to " + way +
                         ": " + seen.waiting.dump(),
                     evidence);
  }
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
  for (const Row& row : kRows) RETURN_IF_ERROR(JudgeWaiting(rig, findings, row));
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
           {kExec,
            "the container cannot trace a process that exec brings into it",
            {closed},
            {"verb-exec"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
