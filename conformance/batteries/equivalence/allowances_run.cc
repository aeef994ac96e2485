// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "conformance/batteries/equivalence/allowances.h"
#include "conformance/batteries/equivalence/behaving.h"
#include "conformance/batteries/equivalence/runs.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

std::string CheckOf(const Allowance& allowance) {
  return "loadline/equivalence/allowances/" + NameOf(allowance.property);
}

// Nothing is granted, so that every allowance is in force.
json Config() {
  const json none = json::array();
  return {{"process",
           {{"capabilities", {{"bounding", none}, {"effective", none}, {"permitted", none}}}}}};
}

// The bare twin is the control: what a capability makes of an answer where no runtime is at work.
Result<void> Work(Rig& rig, Findings& findings) {
  std::vector<Native> twins;
  for (const bool bare : {false, true}) {
    ASSIGN_OR_RETURN(Container* const twin, rig.NewContainer(Config()));
    // The bare twin has to find room where root has no more rights than others.
    if (chmod((twin->bundle + "/rootfs/tmp").c_str(), 01777) != 0)
      return CallError("chmod", "the twin's /tmp");
    std::vector<std::string> arguments = {"twin"};
    if (bare) arguments.emplace_back("--bare");
    arguments.push_back(twin->bundle);
    ASSIGN_OR_RETURN(Native native, Native::Start(rig, arguments));
    twins.push_back(std::move(native));
  }
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(Config()));
  RETURN_IF_ERROR(rig.Run(*container));
  for (const Allowance& allowance : AllAllowances()) {
    std::vector<Answers> seen;
    json evidence = json::object();
    for (const Allowance::Excused& excused : allowance.excused) {
      const json message = AskFor(excused.area, excused.name);
      Answers answers{excused.area + "/" + excused.name, "", "", ""};
      ASSIGN_OR_RETURN(answers.native, AnswerOf(twins[0].Tell(message)));
      ASSIGN_OR_RETURN(answers.bare, AnswerOf(twins[1].Tell(message)));
      ASSIGN_OR_RETURN(answers.container, AnswerOf(rig.Tell(*container, message)));
      evidence[answers.behaviour] = {{"native", answers.native},
                                     {"nativeWithoutCapabilities", answers.bare},
                                     {"container", answers.container}};
      seen.push_back(std::move(answers));
    }
    const Judgement use = JudgeUse(allowance.property, seen);
    findings.Say(CheckOf(allowance), use.verdict, use.message, std::move(evidence));
  }
  return {};
}

}  // namespace

BatteryRun AllowancesRun() {
  BatteryRun run;
  run.name = "allowances";
  for (const Allowance& allowance : AllAllowances())
    run.checks.push_back({CheckOf(allowance),
                          "allowances: " + allowance.property + " makes a difference",
                          {"loadline/equivalence/allowances"},
                          {}});
  run.work = Work;
  return run;
}

}  // namespace loadline::conformance::equivalence
