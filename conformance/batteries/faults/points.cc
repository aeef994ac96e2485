// SPDX-License-Identifier: Apache-2.0
// The runs in which single system calls go wrong, and the candidate is killed at them.
#include "conformance/batteries/faults/faults.h"
#include "conformance/batteries/faults/wrongs.h"

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Who takes this many times as long as a whole trial without a fault, and at least so long, hangs.
constexpr int kHangFactor = 10;
constexpr milliseconds kLeastHang{2500};
constexpr seconds kTime{60};
constexpr seconds kFullTime{1800};
constexpr seconds kRest{15};  // of the time of a run, for the last trial
// After which it is known, and the others would only take time: of a sample, and of all.
constexpr size_t kMostHangs = 3;
constexpr size_t kMostWrong = 20;
constexpr size_t kMostHangsOfAll = 30;

std::string CheckOf(const Operation& operation, const std::string& promise) {
  return "loadline/faults/" + operation.verb + "/" + promise;
}

// The points to try, and how many calls there are.
struct Choice {
  std::vector<Point> points;
  size_t calls = 0;
};

// The control comes first: without a fault the operation does what it has to.
Result<Choice> Choose(Scene& scene, const Operation& operation, bool kills) {
  const auto began = Deadline::Clock::now();
  ASSIGN_OR_RETURN(const Trial control, TryPoint(scene, operation, std::nullopt));
  const auto took = std::chrono::ceil<milliseconds>(Deadline::Clock::now() - began);
  if (!control.wrong.empty() || control.promise != Promise::kSuccess)
    return CandidateError(operation.verb + ", without any fault: " +
                          (control.wrong.empty() ? control.said : control.wrong.front()));
  if (control.calls.empty()) return Failure("no system call of the candidate was heard");
  scene.LimitSteps(std::max(kLeastHang, kHangFactor * took));
  Choice choice;
  choice.calls = control.calls.size();
  const RigOptions& options = scene.rig().options();
  if (!options.fault.empty()) {
    ASSIGN_OR_RETURN(Point point, Point::Parse(options.fault));
    if (point.operation == operation.verb && (point.fault.effect != Effect::kError) == kills)
      choice.points.push_back(std::move(point));
    return choice;
  }
  choice.points = kills ? KillPoints(operation.verb, control.calls, options.full)
                        : ErrorPoints(operation.verb, control.calls, options.full);
  return choice;
}

bool IsKnown(const Wrongs& wrongs, bool full) {
  if (full) return wrongs.hangs() >= kMostHangsOfAll;
  return wrongs.hangs() >= kMostHangs || wrongs.wrong() >= kMostWrong;
}

Result<void> Work(Rig& rig, Findings& findings, const Operation& operation, bool kills) {
  const Deadline enough = Deadline::After(rig.options().time - kRest);
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene, Scene::Make(rig));
  ASSIGN_OR_RETURN(const Choice choice, Choose(*scene, operation, kills));
  Wrongs wrongs;
  size_t tried = 0;
  size_t came = 0;
  for (const Point& point : choice.points) {
    if (enough.Passed() || IsKnown(wrongs, rig.options().full)) break;
    ASSIGN_OR_RETURN(const Trial trial, TryPoint(*scene, operation, point));
    ++tried;
    // How often a candidate makes a call may vary.
    if (!trial.done) continue;
    ++came;
    wrongs.Add(point.ToText(), trial);
  }
  rig.ForgetCommands();
  const std::string harm = scene->HarmOfBystander(true);
  const json about = {{"calls", choice.calls},
                      {"points", choice.points.size()},
                      {"tried", tried},
                      {"cameToPass", came}};
  const std::string again = "; to see it again: certify --fault and its name";
  for (const auto& [promise, name] : {std::pair{Promise::kSuccess, "success"},
                                      {Promise::kError, "error"},
                                      {Promise::kKilled, "killed"}}) {
    if ((promise == Promise::kKilled) != kills) continue;
    const std::string check = CheckOf(operation, name);
    if (!harm.empty()) findings.Judge(check, false, harm, about);
    wrongs.Judge(findings, check, promise, about, again);
    if (2 * tried < choice.points.size())
      findings.Say(check, reports::Verdict::kInconclusive,
                   "less than half of the points were tried", about);
  }
  return {};
}

BatteryRun ErrorRun(const Operation& operation) {
  return {
      operation.verb + "-errors",
      {{CheckOf(operation, "success"),
        "what " + operation.verb + " has done in spite of a system call that failed is whole",
        {"loadline/faults/success"},
        operation.needs},
       {CheckOf(operation, "error"),
        "nothing is left when " + operation.verb + " fails because a system call did",
        {"loadline/faults/error"},
        operation.needs}},
      false,
      [&operation](Rig& rig, Findings& findings) { return Work(rig, findings, operation, false); },
      kTime,
      kFullTime};
}

BatteryRun KillRun(const Operation& operation) {
  return {
      operation.verb + "-killed",
      {{CheckOf(operation, "killed"),
        "after " + operation.verb + " was killed, delete --force leaves nothing",
        {"loadline/faults/killed"},
        operation.needs}},
      false,
      [&operation](Rig& rig, Findings& findings) { return Work(rig, findings, operation, true); },
      kTime,
      kFullTime};
}

}  // namespace

Result<CertifyOptions> WithChecksOfFault(CertifyOptions options) {
  if (options.fault.empty()) return options;
  ASSIGN_OR_RETURN(const Point point, Point::Parse(options.fault));
  if (!options.only.empty()) return options;
  const bool kills = point.fault.effect != Effect::kError;
  for (const char* promise : {"success", "error", "killed"}) {
    if ((std::string_view(promise) == "killed") == kills)
      options.only.push_back("loadline/faults/" + point.operation + "/" + promise);
  }
  return options;
}

std::vector<BatteryRun> PointRuns() {
  std::vector<BatteryRun> runs;
  for (const Operation& operation : Operations()) {
    runs.push_back(ErrorRun(operation));
    runs.push_back(KillRun(operation));
  }
  return runs;
}

}  // namespace loadline::conformance::faults
