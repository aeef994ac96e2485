// SPDX-License-Identifier: Apache-2.0
// Terminals: a container's is of its own instance, and its caller's is out of reach. Guards against
// CVE-2016-10124.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

const std::string kSession = "loadline/isolation/terminal/session";
const std::string kInstance = "loadline/isolation/terminal/instance";
const std::string kCaller = "loadline/isolation/terminal/caller";
const std::string kCallerByExec = "loadline/isolation/terminal/caller-exec";

// A terminal of the cell's, which plays the caller's.
struct CallersTerminal {
  UniqueFd master;
  UniqueFd slave;  // kept open, so that the terminal is not hung up
  std::string path;
};

Result<CallersTerminal> MakeTerminal() {
  CallersTerminal terminal;
  ASSIGN_OR_RETURN(terminal.master, Open("/dev/ptmx", O_RDWR | O_NOCTTY));
  std::array<char, 64> name{};
  if (grantpt(terminal.master.get()) != 0 || unlockpt(terminal.master.get()) != 0 ||
      ptsname_r(terminal.master.get(), name.data(), name.size()) != 0)
    return CallError("ptsname_r", "/dev/ptmx");
  terminal.path = name.data();
  ASSIGN_OR_RETURN(terminal.slave, Open(terminal.path, O_RDWR | O_NOCTTY));
  return terminal;
}

json Terminal() { return {{"tell", "terminal"}, {"push", true}}; }
json Terminals() { return {{"tell", "list"}, {"path", "/dev/pts"}}; }

// What leads to the caller's terminal; empty when nothing does.
std::string ReachesCaller(const json& answer) {
  const json terminal = answer.value("terminal", json::object());
  if (terminal.value("controlling", "") != "ok") return "";
  return "the process has its caller's terminal, and putting a byte into its input answers " +
         terminal.value("pushed", json()).dump();
}

bool Lists(const json& answer, const std::string& name) {
  const json entries = answer.value("entries", json::array());
  return std::find(entries.begin(), entries.end(), name) != entries.end();
}

// A container that has a terminal: which one, and which others it sees.
Result<void> JudgeOwn(Rig& rig, Findings& findings, const CallersTerminal& callers) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  Trial trial;
  trial.config = {{"process", {{"terminal", true}}}};
  trial.terminal = true;
  trial.messages = {{{"tell", "terminal"}}, Terminals()};
  ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
  if (outcome.refused) return CandidateError("a bundle with a terminal: " + outcome.why);
  const json seen = outcome.answers[0].value("terminal", json::object());
  findings.Judge(kSession,
                 seen.value("leads", false) && seen.value("ofThisInstance", false) &&
                     seen.value("controlling", "") == "ok",
                 "of the terminal the process says " + seen.dump(), seen);
  const std::string number = callers.path.substr(callers.path.rfind('/') + 1);
  // One of the container's own may have the same number, but there is just one.
  json others = outcome.answers[1].value("entries", json::array());
  std::erase_if(others.get_ref<json::array_t&>(), [](const json& name) {
    return name == "." || name == ".." || name == "ptmx" || name == "0";
  });
  findings.Judge(kInstance, others.empty(),
                 "terminals beside its own are in /dev/pts: " + others.dump(),
                 {{"callers", number}, {"seen", outcome.answers[1]}});
  return {};
}

// As long as it lives the candidate is called from the terminal.
class CalledFrom {
 public:
  CalledFrom(Rig& rig, const CallersTerminal& callers)
      : command_(rig.calls().command), before_(command_) {
    command_.insert(command_.begin(), {rig.paths().probe, "on-terminal", callers.path});
  }
  ~CalledFrom() { command_ = before_; }
  CalledFrom(const CalledFrom&) = delete;
  CalledFrom& operator=(const CalledFrom&) = delete;

 private:
  std::vector<std::string>& command_;
  const std::vector<std::string> before_;
};

Result<void> JudgeCaller(Rig& rig, Findings& findings, const CallersTerminal& callers) {
  const CalledFrom called(rig, callers);
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json init, rig.Tell(*container, Terminal()));
  findings.Judge(kCaller, ReachesCaller(init).empty(), ReachesCaller(init), init);
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {Terminal()}));
  findings.Judge(kCallerByExec, ReachesCaller(by_exec[0]).empty(), ReachesCaller(by_exec[0]),
                 by_exec[0]);
  return {};
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const CallersTerminal callers, MakeTerminal());
  // The control: a native process that is started there has the terminal, and sees it listed.
  ASSIGN_OR_RETURN(Native native,
                   Native::Start(rig, {"on-terminal", callers.path, rig.paths().probe, "serve"}));
  ASSIGN_OR_RETURN(const json reached, native.Tell(Terminal()));
  ASSIGN_OR_RETURN(const json listed, native.Tell(Terminals()));
  const std::string number = callers.path.substr(callers.path.rfind('/') + 1);
  RETURN_IF_ERROR(CheckControl(!ReachesCaller(reached).empty() && Lists(listed, number),
                               "the caller's terminal: " + reached.dump()));
  RETURN_IF_ERROR(JudgeOwn(rig, findings, callers));
  return JudgeCaller(rig, findings, callers);
}

}  // namespace

BatteryRun TerminalRun() {
  const std::string own = "loadline/isolation/probes/terminal-of-its-own";
  const std::string callers = "loadline/isolation/probes/terminal-of-the-caller";
  return {
      "terminal",
      {{kSession,
        "the payload's terminal is of the container's instance and controls its session",
        {own},
        {"terminal"}},
       {kInstance, "no terminal but the container's own is in its /dev/pts", {own}, {"terminal"}},
       {kCaller,
        "without a terminal of its own the payload does not reach its caller's",
        {callers},
        {"terminal", "root"}},
       {kCallerByExec,
        "without a terminal of its own a process of exec does not reach its caller's",
        {callers},
        {"terminal", "root", "verb-exec"}}},
      false,
      Work};
}

}  // namespace loadline::conformance::isolation
