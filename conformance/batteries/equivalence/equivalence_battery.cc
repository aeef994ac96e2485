// SPDX-License-Identifier: Apache-2.0
// The equivalence battery: the same observations in a container and in its native twin. What
// differs is declared by the configuration, or it is a finding.
#include <optional>

#include "conformance/batteries/battery.h"
#include "conformance/batteries/equivalence/behaving.h"
#include "conformance/batteries/equivalence/compare.h"
#include "conformance/batteries/equivalence/default_capabilities.h"
#include "conformance/batteries/equivalence/runs.h"
#include "conformance/batteries/left_behind.h"
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

json Config() { return {{"process", {{"capabilities", equivalence::DefaultCapabilities()}}}}; }

// Two twins, because what two native processes do not agree on says nothing about a container. A
// third has no more capabilities than the container: what one that is missing may declare.
class AreaComparison {
 public:
  AreaComparison(const BehaviourArea& area, Rig& rig, Findings& findings)
      : area_(area), rig_(rig), findings_(findings) {}

  Result<void> Run() {
    ASSIGN_OR_RETURN(container_, rig_.NewContainer(Config()));
    std::vector<Native> twins;
    for (int i = 0; i < 2; ++i) {
      ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer(Config()));
      ASSIGN_OR_RETURN(Native native, Native::Start(rig_, {"twin", twin->bundle}));
      twins.push_back(std::move(native));
    }
    RETURN_IF_ERROR(rig_.Run(*container_));
    for (const Behaviour& behaviour : area_.behaviours)
      RETURN_IF_ERROR(Compare(behaviour, twins[0], twins[1]));
    return {};
  }

 private:
  Result<void> Compare(const Behaviour& behaviour, Native& first, Native& second) {
    const json message = equivalence::AskFor(area_.name, behaviour.name);
    ASSIGN_OR_RETURN(const std::string native, equivalence::AnswerOf(first.Tell(message)));
    ASSIGN_OR_RETURN(const std::string again, equivalence::AnswerOf(second.Tell(message)));
    ASSIGN_OR_RETURN(const std::string inside,
                     equivalence::AnswerOf(rig_.Tell(*container_, message)));
    const std::string check = CheckOf(area_.name, behaviour);
    json evidence = {{"native", native}, {"nativeAgain", again}, {"container", inside}};
    if (native != again) {
      findings_.Say(check, reports::Verdict::kInconclusive,
                    "two native processes do not agree: " + json(native).dump() + " and " +
                        json(again).dump(),
                    evidence);
      return {};
    }
    std::optional<std::string> confined;
    if (native != inside &&
        equivalence::IsMissingCapability(behaviour.declared_by, container_->config)) {
      ASSIGN_OR_RETURN(confined, AskConfined(message));
      evidence["nativeConfined"] = *confined;
    }
    const equivalence::Difference difference =
        equivalence::Compare(behaviour.declared_by, native, inside, container_->config, confined);
    if (difference.declared) evidence["declaredBy"] = behaviour.declared_by;
    if (difference.equal || difference.declared) {
      findings_.Pass(check, std::move(evidence));
      return {};
    }
    const std::string calls = equivalence::CallsOf(first, area_.name, behaviour.name);
    evidence["calls"] = calls;
    findings_.Say(check, reports::Verdict::kFail,
                  std::string(behaviour.name) + (calls.empty() ? "" : " (" + calls + ")") + ": " +
                      difference.message,
                  std::move(evidence));
    return {};
  }

  // The third twin is made when it is first needed: most areas name no capability.
  Result<std::string> AskConfined(const json& message) {
    if (!confined_) {
      json changes = Config();
      changes["process"]["capabilities"] = equivalence::CapabilitiesOfUse(container_->config);
      ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer(changes));
      ASSIGN_OR_RETURN(Native native, Native::Start(rig_, {"twin", "--confined", twin->bundle}));
      confined_ = std::move(native);
    }
    return equivalence::AnswerOf(confined_->Tell(message));
  }

  const BehaviourArea& area_;
  Rig& rig_;
  Findings& findings_;
  Container* container_ = nullptr;
  std::optional<Native> confined_;
};

std::vector<std::string> NeedsOf(const Behaviour& behaviour) {
  const bool of_the_kernel =
      behaviour.differs_by_kernel || behaviour.declared_by == std::string(probe::kOfTheKernel);
  if (of_the_kernel) return {"host-kernel"};
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
                          NeedsOf(behaviour)});
  }
  run.work = [area](Rig& rig, Findings& findings) {
    return AreaComparison(area, rig, findings).Run();
  };
  return run;
}

}  // namespace

Battery EquivalenceBattery() {
  Battery battery{"equivalence",
                  "system calls and programs behave in a container as they do natively",
                  true,
                  {}};
  for (const BehaviourArea& area : probe::AllBehaviours())
    battery.runs.push_back(WithLedger(battery.name, RunOf(area)));
  battery.runs.push_back(WithLedger(battery.name, equivalence::AllowancesRun()));
  for (BatteryRun& run : equivalence::ProgramRuns())
    battery.runs.push_back(WithLedger(battery.name, std::move(run)));
  return battery;
}

}  // namespace loadline::conformance
