// SPDX-License-Identifier: Apache-2.0
// The equivalence battery: the same observations in a container and in its native twin. What
// differs is declared by the configuration, or it is a finding.
#include "conformance/batteries/battery.h"
#include "conformance/batteries/equivalence/compare.h"
#include "conformance/batteries/native.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using probe::Behaviour;
using probe::BehaviourArea;

std::string CheckOf(const std::string& area, const Behaviour& behaviour) {
  return "loadline/equivalence/" + area + "/" + behaviour.name;
}

// What a container manager grants by default.
json Config() {
  const json capabilities = {
      "CAP_AUDIT_WRITE", "CAP_CHOWN",  "CAP_DAC_OVERRIDE",     "CAP_FOWNER",  "CAP_FSETID",
      "CAP_KILL",        "CAP_MKNOD",  "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID",
      "CAP_SETPCAP",     "CAP_SETUID", "CAP_SYS_CHROOT"};
  return {
      {"process",
       {{"capabilities",
         {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}}};
}

Result<std::string> AnswerOf(const json& answer) {
  if (answer.contains("behaved")) return answer["behaved"].get<std::string>();
  return Failure("the probe does not know this behaviour: " + answer.dump());
}

Result<void> Compare(const BehaviourArea& area, Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config()));
  ASSIGN_OR_RETURN(Container* const twin, rig.NewContainer(Config()));
  ASSIGN_OR_RETURN(Native native, Native::Start(rig, {"twin", twin->bundle}));
  RETURN_IF_ERROR(rig.Run(*container));
  for (const Behaviour& behaviour : area.behaviours) {
    const json message = {{"tell", "behave"}, {"area", area.name}, {"name", behaviour.name}};
    ASSIGN_OR_RETURN(const json outside, native.Tell(message));
    ASSIGN_OR_RETURN(const std::string expected, AnswerOf(outside));
    ASSIGN_OR_RETURN(const json inside, rig.Tell(*container, message));
    ASSIGN_OR_RETURN(const std::string seen, AnswerOf(inside));
    const equivalence::Difference difference =
        equivalence::Compare(behaviour.declared_by, expected, seen, container->config);
    findings.Judge(CheckOf(area.name, behaviour), difference.equal || difference.declared,
                   difference.message,
                   {{"native", expected},
                    {"container", seen},
                    {"declaredBy", difference.declared ? behaviour.declared_by : ""}});
  }
  return {};
}

BatteryRun RunOf(const BehaviourArea& area) {
  BatteryRun run;
  run.name = area.name;
  for (const Behaviour& behaviour : area.behaviours) {
    std::string words = behaviour.name;
    std::replace(words.begin(), words.end(), '-', ' ');
    run.checks.push_back({CheckOf(area.name, behaviour),
                          area.name + ": " + words + ", as natively",
                          {"loadline/equivalence/" + area.name},
                          {}});
  }
  run.work = [area](Rig& rig, Findings& findings) { return Compare(area, rig, findings); };
  return run;
}

}  // namespace

Battery EquivalenceBattery() {
  Battery battery{
      "equivalence", "system calls behave in a container as they do natively", true, {}};
  for (const BehaviourArea& area : probe::AllBehaviours()) battery.runs.push_back(RunOf(area));
  return battery;
}

}  // namespace loadline::conformance
