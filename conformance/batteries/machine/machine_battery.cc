// SPDX-License-Identifier: Apache-2.0
// The battery of machine containers: a whole init system as process 1. It boots, reaps orphans,
// ends in order by the signal that asks it to, restarts, and can be made anew.
#include <signal.h>

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

// Signals beyond the named ones, as the kernel counts them: the C library keeps the first two.
constexpr int kFirstRealTime = 34;

InitSystem Busybox() {
  return {
      "busybox",
      {"/usr/bin/busybox", "/bin/busybox"},
      {"init"},
      json::object(),
      {{"/etc/inittab",
        "::once:/loadline-probe hook --log /.loadline-log --deaf --parent --orphan booted init\n"
        "::shutdown:/loadline-probe hook --log /.loadline-log --deaf stopped init\n"}},
      {{"halt", "SIGUSR1, a halt", "USR1", SIGUSR1, SIGINT},
       {"power-off", "SIGUSR2, switching off", "USR2", SIGUSR2, SIGINT},
       {"reboot", "SIGTERM, a restart", "TERM", SIGTERM, SIGHUP}},
      {}};
}

// Its groups are those of v2, which need no controller: so a host whose controllers are v1's will
// do. Of the units of the host's /usr none is asked for but what ends a system.
InitSystem Systemd() {
  return {"systemd",
          {"/usr/lib/systemd/systemd", "/lib/systemd/systemd"},
          {},
          {{"mounts",
            {{"/sys/fs/cgroup",
              {{"type", "cgroup2"},
               {"source", "cgroup2"},
               {"options", {"nosuid", "noexec", "nodev"}}}}}},
           {"linux", {{"namespaces", {{"cgroup", json::object()}}}}}},
          {{"/etc/machine-id", ""},  // one is made at each start
           {"/etc/systemd/system/default.target",
            "[Unit]\n"
            "Description=All there is\n"
            "DefaultDependencies=no\n"
            "Requires=told.service\n"
            "After=told.service\n"
            "AllowIsolate=yes\n"},
           {"/etc/systemd/system/told.service",
            "[Unit]\n"
            "Description=Tells that it runs\n"
            "DefaultDependencies=no\n"
            "Requires=stops.service\n"
            "After=stops.service\n"
            "[Service]\n"
            "Type=oneshot\n"
            "RemainAfterExit=yes\n"
            "StandardInput=null\n"
            "StandardOutput=null\n"
            "StandardError=null\n"
            "ExecStart=/loadline-probe hook --log /.loadline-log --deaf --parent --orphan booted "
            "init\n"},
           // A service that is not yet wholly there ends without being asked to stop: so this one
           // is there before the other one tells that it runs.
           {"/etc/systemd/system/stops.service",
            "[Unit]\n"
            "Description=Tells that it stops\n"
            "DefaultDependencies=no\n"
            "Conflicts=shutdown.target\n"
            "Before=shutdown.target\n"
            "[Service]\n"
            "Type=oneshot\n"
            "RemainAfterExit=yes\n"
            "StandardInput=null\n"
            "StandardOutput=null\n"
            "StandardError=null\n"
            "ExecStart=/loadline-probe nothing\n"
            "ExecStop=/loadline-probe hook --log /.loadline-log --deaf stopped init\n"}},
          {{"halt", "SIGRTMIN+3, a halt", "37", kFirstRealTime + 3, SIGINT},
           {"interrupt", "SIGINT, as by three keys, a restart", "INT", SIGINT, SIGHUP},
           {"reboot", "SIGRTMIN+5, a restart", "39", kFirstRealTime + 5, SIGHUP}},
          {"cgroup-namespace", "filesystem-cgroup2"}};
}

std::string CheckOf(const InitSystem& init, const char* part) {
  return "loadline/machine/" + std::string(init.name) + "/" + part;
}

std::vector<Check> ChecksOf(const InitSystem& init) {
  std::vector<std::string> needs{"root", "cap-sys-boot", "pid-namespace"};
  needs.insert(needs.end(), init.needs.begin(), init.needs.end());
  const std::string subject = init.name;
  std::vector<Check> checks{
      {CheckOf(init, "boots"),
       subject + " as process 1 boots, and its service runs",
       {"loadline/machine/boots"},
       needs},
      {CheckOf(init, "orphans"), subject + " reaps orphans", {"loadline/machine/orphans"}, needs},
      {CheckOf(init, "anew"),
       "a container whose " + subject + " has ended can be deleted, made anew and booted",
       {"loadline/machine/anew"},
       needs}};
  for (const Ending& ending : init.endings)
    checks.push_back({CheckOf(init, ending.name),
                      subject + " ends in order by " + ending.title,
                      {"loadline/machine/ends"},
                      needs});
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

// Boots it once for each way to end.
Result<void> LiveThroughAll(Guest& guest, Findings& findings, const InitSystem& init) {
  bool first = true;
  for (const Ending& ending : init.endings) {
    ASSIGN_OR_RETURN(const std::string booted, guest.Boot());
    findings.Judge(CheckOf(init, first ? "boots" : "anew"), booted.empty(), booted);
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
  if (machine::FindProgram(init).empty()) {
    SayOfAll(findings, init, Verdict::kEnvironment,
             "there is no " + init.places.front() + " here; install it");
    return {};
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Guest> guest, Guest::Make(rig, init));
  ASSIGN_OR_RETURN(const std::string natively, guest->LiveNatively(init.endings.back()));
  if (!natively.empty()) {
    SayOfAll(findings, init, Verdict::kEnvironment,
             std::string(init.name) + " does not live here, without any runtime: " + natively);
    return {};
  }
  return LiveThroughAll(*guest, findings, init);
}

BatteryRun RunOf(const InitSystem& init) {
  BatteryRun run;
  run.name = init.name;
  run.checks = ChecksOf(init);
  run.work = [init](Rig& rig, Findings& findings) { return Work(rig, findings, init); };
  run.time = std::chrono::seconds(180);
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
  for (const InitSystem& init : {Busybox(), Systemd()})
    battery.runs.push_back(WithLedger(battery.name, RunOf(init)));
  return battery;
}

}  // namespace loadline::conformance
