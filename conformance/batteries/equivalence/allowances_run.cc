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

// The same in three places: natively, natively without any capability (the control: what a
// capability makes of an answer where no runtime is at work), and in a container.
class AllowancesWork {
 public:
  AllowancesWork(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Run() {
    for (const bool confined : {false, true}) RETURN_IF_ERROR(StartTwin(confined));
    ASSIGN_OR_RETURN(container_, rig_.NewContainer(Config()));
    RETURN_IF_ERROR(rig_.Run(*container_));
    for (const Allowance& allowance : AllAllowances()) RETURN_IF_ERROR(Judge(allowance));
    return {};
  }

 private:
  Result<void> StartTwin(bool confined) {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer(Config()));
    // Who has no capability has to find room where root has no more rights than others.
    if (chmod((twin->bundle + "/rootfs/tmp").c_str(), 01777) != 0)
      return CallError("chmod", "the twin's /tmp");
    std::vector<std::string> arguments = {"twin"};
    if (confined) arguments.emplace_back("--confined");
    arguments.push_back(twin->bundle);
    ASSIGN_OR_RETURN(Native native, Native::Start(rig_, arguments));
    twins_.push_back(std::move(native));
    return {};
  }

  Result<std::vector<Answers>> Ask(const Allowance& allowance) {
    std::vector<Answers> seen;
    for (const Allowance::Excused& excused : allowance.excused) {
      const json message = AskFor(excused.area, excused.name);
      Answers answers{excused.area + "/" + excused.name, "", "", ""};
      ASSIGN_OR_RETURN(answers.native, AnswerOf(twins_[0].Tell(message)));
      ASSIGN_OR_RETURN(answers.bare, AnswerOf(twins_[1].Tell(message)));
      ASSIGN_OR_RETURN(answers.container, AnswerOf(rig_.Tell(*container_, message)));
      seen.push_back(std::move(answers));
    }
    return seen;
  }

  // What fails is asked twice: an answer that comes and goes says nothing of the candidate.
  Result<void> Judge(const Allowance& allowance) {
    ASSIGN_OR_RETURN(const std::vector<Answers> seen, Ask(allowance));
    Judgement use = JudgeUse(allowance.property, seen);
    if (use.verdict == reports::Verdict::kFail) {
      ASSIGN_OR_RETURN(const std::vector<Answers> again, Ask(allowance));
      if (again != seen)
        use = {reports::Verdict::kInconclusive, "asked twice, the answers are not the same"};
    }
    json evidence = json::object();
    for (const Answers& one : seen)
      evidence[one.behaviour] = {{"native", one.native},
                                 {"nativeWithoutCapabilities", one.bare},
                                 {"container", one.container}};
    findings_.Say(CheckOf(allowance), use.verdict, use.message, std::move(evidence));
    return {};
  }

  Rig& rig_;
  Findings& findings_;
  std::vector<Native> twins_;
  Container* container_ = nullptr;
};

}  // namespace

BatteryRun AllowancesRun() {
  BatteryRun run;
  run.name = "allowances";
  for (const Allowance& allowance : AllAllowances())
    run.checks.push_back({CheckOf(allowance),
                          "allowances: " + allowance.property + " makes a difference",
                          {"loadline/equivalence/allowances"},
                          {}});
  run.work = [](Rig& rig, Findings& findings) { return AllowancesWork(rig, findings).Run(); };
  return run;
}

}  // namespace loadline::conformance::equivalence
