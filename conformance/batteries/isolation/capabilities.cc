// SPDX-License-Identifier: Apache-2.0
// What a process without capabilities cannot do, and one with them can.
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

// Attempts of the probe, each of which needs a capability.
constexpr const char* kAttempts[] = {"mount-tmpfs", "mknod-null", "sethostname",
                                     "chroot",      "set-groups", "raw-socket"};

std::string CheckOf(const std::string& process, const char* attempt) {
  return "loadline/isolation/capabilities/" + process + "/" + attempt;
}

json Names() { return json(std::vector<std::string>(std::begin(kAttempts), std::end(kAttempts))); }

json Capabilities(const json& set) {
  return {
      {"process", {{"capabilities", {{"bounding", set}, {"effective", set}, {"permitted", set}}}}}};
}

void Judge(Findings& findings, const std::string& process, const json& answer, const json& able) {
  for (const char* attempt : kAttempts) {
    const json::json_pointer place = json::json_pointer("/probe/attempts") / attempt;
    const json without = answer.value(place, json());
    const json with = able.value(place, json());
    const json evidence = {{"without", without}, {"with", with}};
    if (with != "ok") {
      findings.Say(CheckOf(process, attempt), Verdict::kInconclusive,
                   "with the capabilities it cannot be done either: " + with.dump(), evidence);
      continue;
    }
    findings.Judge(CheckOf(process, attempt), without != "ok",
                   "it can be done without any capability", evidence);
  }
}

Result<void> Work(Rig& rig, Findings& findings) {
  const json observe = {{"tell", "observe"}, {"attempts", Names()}};
  // The control: with the capabilities all of it can be done.
  const json capabilities = {"CAP_SYS_ADMIN", "CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_SETGID",
                             "CAP_NET_RAW"};
  ASSIGN_OR_RETURN(Container* const privileged, rig.NewContainer(Capabilities(capabilities)));
  RETURN_IF_ERROR(rig.Run(*privileged));
  ASSIGN_OR_RETURN(const json able, rig.Tell(*privileged, observe));
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Capabilities(json::array())));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, observe));
  Judge(findings, "init", answer, able);
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(const auto by_exec, rig.Exec(*container, {observe}));
  Judge(findings, "exec", by_exec[0], able);
  return {};
}

}  // namespace

BatteryRun CapabilitiesRun() {
  BatteryRun run{"capabilities", {}, false, Work};
  for (const char* attempt : kAttempts) {
    const std::string title = "without capabilities there is no " + std::string(attempt);
    const std::string held = "loadline/isolation/probes/capabilities";
    // In a user namespace nobody makes device nodes, so that needs a caller who need not use one.
    std::vector<std::string> needs;
    if (std::string_view(attempt) == "mknod-null") needs.emplace_back("cap-mknod");
    run.checks.push_back({CheckOf("init", attempt), title, {held}, needs});
    needs.emplace_back("verb-exec");
    run.checks.push_back({CheckOf("exec", attempt), title + " by exec", {held}, needs});
  }
  return run;
}

}  // namespace loadline::conformance::isolation
