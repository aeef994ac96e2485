// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/init_system.h"

#include <signal.h>

#include "conformance/batteries/machine/report.h"

namespace loadline::conformance::machine {
namespace {

using nlohmann::json;

// Signals beyond the named ones, as the kernel counts them: the C library keeps the first two.
constexpr int kFirstRealTime = 34;

// The probe says in the log what it was started for.
const std::string kHook = "/loadline-probe hook --log /.loadline-log --deaf ";
const std::string kBooted = kHook + "--parent --orphan booted init\n";

// An ordinary service, with all that systemd wants of one: it comes after basic.target, and is
// stopped when the system ends.
TextFile Service(const std::string& name, const std::string& requirements) {
  return {"/etc/systemd/system/loadline-" + name + ".service", "[Unit]\n" + requirements +
                                                                   "[Service]\n"
                                                                   "Type=oneshot\n"
                                                                   "RemainAfterExit=yes\n"
                                                                   "ExecStart=" +
                                                                   kHook + "started " + name +
                                                                   "\n"
                                                                   "ExecStop=" +
                                                                   kHook + "stopped " + name +
                                                                   "\n"};
}

// Each of these comes once all is there. The first is over before the second waits for systemd to
// have nothing left to do.
std::vector<TextFile> ServicesThatTell() {
  return {{"/etc/systemd/system/loadline-told.service",
           "[Unit]\n"
           "After=multi-user.target\n"
           "[Service]\n"
           "Type=oneshot\n"
           "RemainAfterExit=yes\n"
           "ExecStart=" +
               kBooted},
          {"/etc/systemd/system/loadline-report.service",
           "[Unit]\n"
           "After=multi-user.target loadline-told.service\n"
           "[Service]\n"
           "Type=exec\n"
           "RemainAfterExit=yes\n"
           "ExecStart=/bin/sh /.loadline-report\n"},
          {"/.loadline-report", ReportScript("/.loadline-log")}};
}

}  // namespace

InitSystem Busybox() {
  return {"busybox",
          {"/usr/bin/busybox", "/bin/busybox"},
          {"init"},
          json::object(),
          {{"/etc/inittab", "::sysinit:" + kHook +
                                "started first\n"
                                "::wait:" +
                                kHook +
                                "started second\n"
                                "::once:" +
                                kBooted + "::shutdown:" + kHook +
                                "stopped second\n"
                                "::shutdown:" +
                                kHook + "stopped first\n"}},
          {{"halt", "SIGUSR1, a halt", "USR1", SIGUSR1, SIGINT},
           {"power-off", "SIGUSR2, switching off", "USR2", SIGUSR2, SIGINT},
           {"reboot", "SIGTERM, a restart", "TERM", SIGTERM, SIGHUP}},
          {},
          false};
}

// All that the system has enabled is started; nothing is masked, as systemd leaves out by itself
// what a container cannot have. Its groups are those of v2, which need no controller: so a host
// whose controllers are v1's will do.
InitSystem Systemd() {
  std::vector<TextFile> files{
      {"/etc/machine-id", ""},  // one is made by the first start, and kept
      // The journal of a life is there in the next one, however much is said.
      {"/etc/systemd/journald.conf.d/loadline.conf",
       "[Journal]\n"
       "Storage=persistent\n"
       "RateLimitIntervalSec=0\n"},
      {"/etc/systemd/system/multi-user.target.d/loadline.conf",
       "[Unit]\n"
       "Wants=loadline-first.service loadline-second.service\n"
       "Wants=loadline-told.service loadline-report.service\n"},
      Service("first", ""),
      Service("second",
              "Requires=loadline-first.service\n"
              "After=loadline-first.service\n")};
  for (TextFile& file : ServicesThatTell()) files.push_back(std::move(file));
  return {"systemd",
          {"/usr/lib/systemd/systemd", "/lib/systemd/systemd"},
          {"--unit=multi-user.target"},
          {{"mounts",
            {{"/sys/fs/cgroup",
              {{"type", "cgroup2"},
               {"source", "cgroup2"},
               {"options", {"nosuid", "noexec", "nodev"}}}}}},
           {"linux", {{"namespaces", {{"cgroup", json::object()}}}}}},
          std::move(files),
          {{"halt", "SIGRTMIN+3, a halt", "37", kFirstRealTime + 3, SIGINT},
           {"interrupt", "SIGINT, as by three keys, a restart", "INT", SIGINT, SIGHUP},
           {"reboot", "SIGRTMIN+5, a restart", "39", kFirstRealTime + 5, SIGHUP}},
          {"cgroup-namespace", "filesystem-cgroup2"},
          true};
}

}  // namespace loadline::conformance::machine
