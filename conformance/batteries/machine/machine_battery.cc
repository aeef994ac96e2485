// SPDX-License-Identifier: Apache-2.0
// The battery of machine containers: a whole init system as process 1. It boots all that it has,
// reaps orphans, ends in order by the signal that asks it to, restarts, and can be made anew.
#include "conformance/batteries/battery.h"
#include "conformance/batteries/left_behind.h"
#include "conformance/batteries/machine/guest.h"

namespace loadline::conformance {
namespace {

using machine::Ending;
using machine::Guest;
using machine::InitSystem;
using nlohmann::json;
using reports::Verdict;

std::string CheckOf(const InitSystem& init, const char* part) {
  return "loadline/machine/" + std::string(init.name) + "/" + part;
}

// What a system with units and a journal tells of itself.
std::vector<Check> ChecksOfReport(const InitSystem& init, const std::vector<std::string>& needs) {
  const std::string subject = init.name;
  return {{CheckOf(init, "running"),
           subject + " runs, and no unit of it has failed",
           {"loadline/machine/running"},
           needs},
          {CheckOf(init, "journal"),
           "the journal of " + subject + " has its boot in order, and what a service says",
           {"loadline/machine/journal"},
           needs},
          {CheckOf(init, "lives"),
           "the journal of " + subject + " has how each life before ended, in order",
           {"loadline/machine/journal"},
           needs}};
}

std::vector<Check> ChecksOf(const InitSystem& init) {
  std::vector<std::string> needs{"root", "cap-sys-boot", "pid-namespace"};
  needs.insert(needs.end(), init.needs.begin(), init.needs.end());
  const std::string subject = init.name;
  std::vector<Check> checks{
      {CheckOf(init, "boots"),
       subject + " as process 1 boots, and its services start in order",
       {"loadline/machine/boots"},
       needs},
      {CheckOf(init, "orphans"), subject + " reaps orphans", {"loadline/machine/orphans"}, needs},
      {CheckOf(init, "anew"),
       "a container whose " + subject + " has ended can be deleted, made anew and booted",
       {"loadline/machine/anew"},
       needs}};
  for (const Ending& ending : init.endings)
    checks.push_back({CheckOf(init, ending.name),
                      subject + " stops its services in order and ends by " + ending.title,
                      {"loadline/machine/ends"},
                      needs});
  if (init.reports) {
    for (Check& check : ChecksOfReport(init, needs)) checks.push_back(std::move(check));
  }
  return checks;
}

void SayOfAll(Findings& findings, const InitSystem& init, Verdict verdict,
              const std::string& message) {
  for (const Check& check : ChecksOf(init)) {
    if (!findings.Has(check.id)) findings.Say(check.id, verdict, message);
  }
}

// Says what is wrong; when nobody knows, why not.
void JudgeSeen(Findings& findings, const std::string& check,
               const std::optional<std::string>& wrong, const std::string& why_not) {
  if (!wrong) return findings.Say(check, Verdict::kInconclusive, why_not);
  findings.Judge(check, wrong->empty(), *wrong);
}

// The control of what a system tells: without a runtime it runs, and tells of it.
void JudgeHost(const Guest& guest, Findings& findings, const InitSystem& init) {
  const auto say = [&](const char* part, const std::string& wrong, const json& evidence) {
    if (wrong.empty()) return;
    findings.Say(CheckOf(init, part), Verdict::kEnvironment, "also without any runtime: " + wrong,
                 evidence);
  };
  const machine::Report& report = guest.report();
  say("running", WrongState(report), EvidenceOfState(report));
  say("journal", WrongBoot(report), EvidenceOfJournal(report));
  const std::string lost = guest.HasJournal() ? "" : "its journal is not kept";
  say("lives", lost, EvidenceOfJournal(report));
}

void JudgeReport(Guest& guest, Findings& findings, const InitSystem& init) {
  const std::string unheard = guest.HearReport();
  const auto judge = [&](const char* part, const std::string& wrong, const json& evidence) {
    const std::string& all = unheard.empty() ? wrong : unheard;
    findings.Judge(CheckOf(init, part), all.empty(), all, evidence);
  };
  const machine::Report& report = guest.report();
  judge("running", WrongState(report), EvidenceOfState(report));
  judge("journal", WrongBoot(report), EvidenceOfJournal(report));
  judge("lives", WrongLives(report, guest.lives()), EvidenceOfJournal(report));
}

// Boots it once for each way to end.
Result<void> LiveThroughAll(Guest& guest, Findings& findings, const InitSystem& init,
                            const std::string& system) {
  bool first = true;
  for (const Ending& ending : init.endings) {
    ASSIGN_OR_RETURN(const std::string booted, guest.Boot());
    findings.Judge(CheckOf(init, first ? "boots" : "anew"), booted.empty(), booted,
                   {{"system", machine::NameOf(system)}});
    if (!booted.empty()) {
      SayOfAll(findings, init, Verdict::kInconclusive, "it does not boot: " + booted);
      RETURN_IF_ERROR(guest.Delete());
      return {};
    }
    if (first) {
      ASSIGN_OR_RETURN(const std::optional<std::string> reaps, guest.ReapsOrphans());
      JudgeSeen(findings, CheckOf(init, "orphans"), reaps,
                "its processes cannot be seen from outside");
    }
    if (init.reports) JudgeReport(guest, findings, init);
    ASSIGN_OR_RETURN(const std::optional<std::string> ended, guest.End(ending));
    JudgeSeen(findings, CheckOf(init, ending.name), ended,
              "how its process 1 ended its monitor alone was told");
    ASSIGN_OR_RETURN(const std::string deleted, guest.Delete());
    if (!deleted.empty()) {
      findings.Judge(CheckOf(init, "anew"), false, deleted);
      SayOfAll(findings, init, Verdict::kInconclusive, "it cannot be deleted: " + deleted);
      return {};
    }
    first = false;
  }
  return {};
}

Result<void> Work(Rig& rig, Findings& findings, const InitSystem& init) {
  const std::string& system = rig.options().system;
  const auto cannot = [&](const std::string& why) {
    SayOfAll(findings, init, Verdict::kEnvironment, why);
    return Result<void>();
  };
  if (machine::FindProgram(init, system).empty())
    return cannot(system.empty() ? "there is no " + init.places.front() + " here; install it"
                                 : system + " has no " + init.places.front());
  auto guest = Guest::Make(rig, init);
  if (!guest && guest.error().call == "mount") return cannot(guest.error().ToLine());
  if (!guest) return std::move(guest).error();
  ASSIGN_OR_RETURN(const std::string natively, (*guest)->LiveNatively(init.endings.back()));
  if (!natively.empty())
    return cannot(std::string(init.name) + " does not live here, without any runtime: " + natively);
  if (init.reports) JudgeHost(**guest, findings, init);
  return LiveThroughAll(**guest, findings, init, system);
}

BatteryRun RunOf(const InitSystem& init) {
  BatteryRun run;
  run.name = init.name;
  run.checks = ChecksOf(init);
  run.work = [init](Rig& rig, Findings& findings) { return Work(rig, findings, init); };
  run.time = std::chrono::seconds(900);
  run.full_time = run.time;
  return run;
}

}  // namespace

Battery MachineBattery() {
  Battery battery{"machine",
                  "a whole init system as process 1: boots, reaps, ends in order, restarts",
                  false,
                  {}};
  battery.rootless = false;  // reboot(2) is for who has its capability
  for (const InitSystem& init : {machine::Busybox(), machine::Systemd()})
    battery.runs.push_back(WithLedger(battery.name, RunOf(init)));
  return battery;
}

}  // namespace loadline::conformance
