// SPDX-License-Identifier: Apache-2.0
// Resource limits of getrlimit(2), by what they do: how far a process comes, and what stops it.
// Only limits below what the caller has are asked for where raising one needs CAP_SYS_RESOURCE. A
// runtime's update has none of them: what begins later, by exec, is held against those of its own.
#include <sys/resource.h>

#include <algorithm>

#include "base/files.h"
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/native.h"
#include "conformance/doctor.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;

constexpr int64_t kMiB = 1 << 20;
// An id that nobody else on this machine has: the kernel counts the processes of a user, and none
// of root's.
constexpr int64_t kUser = 1654321;
constexpr int64_t kProcesses = 7;

const std::string kArea = "loadline/control/rlimits/";
const std::string kByExec = kArea + "by-exec";
const std::string kCore = kArea + "core";
const std::string kCount = kArea + "nproc";

struct Limit {
  const char* check;
  const char* type;
  int64_t value;
  int64_t most;   // that is tried
  int64_t slack;  // by which the kernel may count less: whole steps of what is tried
  bool before;    // what was in use before counts too
  const char* end;
  std::vector<std::string> needs;
};

// RLIMIT_AS leaves room for runtimes that reserve much and use little before they execute the
// program. Without capabilities RLIMIT_NICE lets a process be as nice as 20 less the limit.
std::vector<Limit> Limits() {
  const std::vector<std::string> raised = {"root", "cap-sys-resource"};
  const std::vector<std::string> realtime = {"root", "cap-sys-resource", "realtime"};
  return {{"as", "RLIMIT_AS", 4096 * kMiB, 8192 * kMiB, 16 * kMiB, true, "ENOMEM", {}},
          {"fsize", "RLIMIT_FSIZE", 10000, 30000, 0, false, "SIGXFSZ", {}},
          {"memlock", "RLIMIT_MEMLOCK", 32768, 131072, 0, false, "ENOMEM", {}},
          {"nice", "RLIMIT_NICE", 25, 20, 0, false, "EACCES", raised},
          {"nofile", "RLIMIT_NOFILE", 37, 200, 0, false, "EMFILE", {}},
          {"rtprio", "RLIMIT_RTPRIO", 5, 20, 0, false, "EPERM", realtime},
          {"stack", "RLIMIT_STACK", kMiB, 8 * kMiB, kMiB / 4, false, "SIGSEGV", {}}};
}

json Config(const std::string& type, int64_t value) {
  return {{"process", {{"rlimits", {{type, {{"soft", value}, {"hard", value}}}}}}}};
}

// The amount that a limit allows of what the probe counts.
int64_t Allowed(const Limit& limit) {
  return std::string(limit.type) == "RLIMIT_NICE" ? limit.value - 20 : limit.value;
}

void Judge(Findings& findings, const std::string& check, const Limit& limit, const json& answer) {
  const int64_t amount =
      answer.value("amount", int64_t{-1}) + (limit.before ? answer.value("before", int64_t{0}) : 0);
  const std::string end = answer.value("end", "");
  const int64_t allowed = Allowed(limit);
  findings.Judge(check, amount <= allowed && amount >= allowed - limit.slack && end == limit.end,
                 std::string("with ") + limit.type + " of " + std::to_string(limit.value) +
                     " a process came as far as " + std::to_string(amount) + ", then " + end +
                     ", expected " + std::to_string(allowed) + ", then " + limit.end,
                 {{"limit", limit.value},
                  {"amount", amount},
                  {"expected", allowed},
                  {"toleranceBelow", limit.slack},
                  {"end", end}});
}

// The limit that a process of exec is held against, too.
bool IsOfExec(const Rig& rig, const Limit& limit) {
  return std::string(limit.check) == "nofile" && rig.HasVerb("exec");
}

Result<void> TryLimit(Rig& rig, Findings& findings, const Limit& limit) {
  const json message = {{"tell", "go-as-far"}, {"limit", limit.type}, {"most", limit.most}};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config(limit.type, limit.value)));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, message));
  Judge(findings, kArea + limit.check, limit, answer);
  if (IsOfExec(rig, limit)) {
    ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {message}));
    Judge(findings, kByExec, limit, by_exec[0]);
  }
  rig.Remove(*container);
  return {};
}

// Nobody has as many processes as this user, who is in no other container; with capabilities the
// kernel would count none.
Result<void> TryProcesses(Rig& rig, Findings& findings) {
  const json none = json::array();
  json config = Config("RLIMIT_NPROC", kProcesses);
  config["process"]["capabilities"] = {
      {"bounding", none}, {"effective", none}, {"permitted", none}};
  config["process"]["user"] = {{"uid", kUser}, {"gid", kUser}};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(config));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answer,
                   rig.Tell(*container, {{"tell", "fork-until-refused"}, {"most", 50}}));
  findings.Judge(kCount,
                 answer.value("forked", int64_t{-1}) == kProcesses - 1 &&
                     answer.value("refused", "") == "EAGAIN",
                 "with RLIMIT_NPROC of " + std::to_string(kProcesses) +
                     " a user could have, beside one process, " + answer.dump(),
                 {{"limit", kProcesses}, {"existing", 1}, {"answer", answer}});
  rig.Remove(*container);
  return {};
}

// Where cores go by a name without a directory they are files of the process's own directory, and
// the limit is about them; what a program gets has no limit.
bool LeavesFiles() {
  const std::string pattern = ReadFile("/proc/sys/kernel/core_pattern", 4096).value_or("|");
  return pattern.find_first_of("|/") == std::string::npos;
}

// The control: with the highest limit that there is, a native process leaves a core.
Result<void> TryCore(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(
      const json natively,
      native.Tell({{"tell", "dump-core"}, {"highest", true}, {"directory", rig.paths().work}}));
  if (!LeavesFiles() || !natively.value("dumped", false)) {
    CannotShow(findings, {kCore}, "this host leaves no cores: " + natively.dump());
    return {};
  }
  json answers = json::object();
  rlimit own{};
  if (getrlimit(RLIMIT_CORE, &own) != 0) return CallError("getrlimit", "RLIMIT_CORE");
  const int64_t some = std::min<int64_t>(static_cast<int64_t>(own.rlim_max >> 1), 16 * kMiB);
  for (const int64_t limit : {int64_t{0}, some}) {
    ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config("RLIMIT_CORE", limit)));
    RETURN_IF_ERROR(rig.Run(*container));
    ASSIGN_OR_RETURN(answers[limit == 0 ? "without" : "with"],
                     rig.Tell(*container, {{"tell", "dump-core"}, {"directory", "/tmp"}}));
    rig.Remove(*container);
  }
  findings.JudgeMeasured(
      kCore, !answers["without"].value("dumped", true) && answers["with"].value("dumped", false),
      "with RLIMIT_CORE of 0 and of " + std::to_string(some) +
          " a process that was ended left: " + answers.dump(),
      {answers, {{"without", 0}, {"with", some}}, {{"native", natively}}});
  return {};
}

// Whether this host and the caller can have it; where not, the check has its verdict by its needs.
bool Possible(const Rig& rig, const std::vector<std::string>& needs) {
  if (needs.empty()) return true;
  if (IsRootless(rig.view().caller)) return false;
  return std::all_of(needs.begin(), needs.end(),
                     [](const std::string& need) { return HostFacts().Ability(need).available; });
}

Result<void> Work(Rig& rig, Findings& findings) {
  for (const Limit& limit : Limits()) {
    if (!Possible(rig, limit.needs)) continue;
    const auto tried = TryLimit(rig, findings, limit);
    if (tried.has_value()) continue;
    if (!IsCandidateError(tried.error())) return tried.error();
    // Who cannot start a container of one limit may be able to start those of others.
    findings.Judge(kArea + limit.check, false, tried.error().what);
    if (IsOfExec(rig, limit)) findings.Judge(kByExec, false, tried.error().what);
  }
  RETURN_IF_ERROR(TryCore(rig, findings));
  return Possible(rig, {"root"}) ? TryProcesses(rig, findings) : Result<void>();
}

}  // namespace

BatteryRun RlimitsRun() {
  const std::vector<std::string> holds = {"loadline/control/rlimits/hold"};
  BatteryRun run{"rlimits", {}, false, Work};
  for (const Limit& limit : Limits())
    run.checks.push_back(
        {kArea + limit.check,
         std::string("a process comes as far as its ") + limit.type + " lets it, and no further",
         holds, limit.needs});
  run.checks.push_back({kByExec, "what exec starts comes no further", holds, {"verb-exec"}});
  run.checks.push_back({kCore, "RLIMIT_CORE says whether a core is left", holds, {}});
  run.checks.push_back(
      {kCount, "a user has as many processes as RLIMIT_NPROC says", holds, {"root"}});
  return run;
}

}  // namespace loadline::conformance::control
