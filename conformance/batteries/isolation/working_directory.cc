// SPDX-License-Identifier: Apache-2.0
// A working directory that leads outside through a descriptor of the runtime or of its caller.
#include <fcntl.h>

#include "base/files.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kInit = "loadline/isolation/working-directory/init";
const std::string kExec = "loadline/isolation/working-directory/exec";
// Those that runtimes and their callers have been known to leave open.
constexpr int kMost = 12;
constexpr int kLeaked = 100;

std::string Link(int number) { return "/proc/self/fd/" + std::to_string(number); }

// Whether the directory is one of the outside: the sentinels, or one without a way from the root.
std::string IsOutside(const std::vector<json>& answers) {
  const json entries = answers[0].value("entries", json::array());
  for (const json& entry : entries) {
    if (entry == "inner" || entry == "file") return "the sentinels are the working directory";
  }
  const std::string cwd = answers[1].value("/probe/cwd"_json_pointer, json("")).get<std::string>();
  if (cwd.empty() || cwd[0] != '/') return "the working directory is \"" + cwd + "\"";
  return "";
}

const std::vector<json>& Questions() {
  static const std::vector<json> questions = {{{"tell", "list"}, {"path", "."}},
                                              {{"tell", "observe"}}};
  return questions;
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  ASSIGN_OR_RETURN(const UniqueFd leaked, Open(sentinels.directory(), O_RDONLY | O_DIRECTORY));
  const std::vector<std::pair<int, int>> descriptors = {{leaked.get(), kLeaked}};
  // The control: a native process reaches the sentinels through what it inherited.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig, {"serve"}, descriptors));
  ASSIGN_OR_RETURN(const json reached, native.Tell({{"tell", "list"}, {"path", Link(kLeaked)}}));
  RETURN_IF_ERROR(CheckControl(!IsOutside({reached, json::object()}).empty(),
                               "a directory through a descriptor"));
  std::vector<int> numbers{kLeaked};
  for (int number = 3; number < kMost; ++number) numbers.push_back(number);
  for (const int number : numbers) {
    Trial trial;
    trial.config = {{"process", {{"cwd", Link(number)}}}};
    trial.messages = Questions();
    trial.descriptors = descriptors;
    ASSIGN_OR_RETURN(const Outcome outcome, Try(rig, trial, sentinels));
    JudgeTrial(findings, kInit, outcome, [&](const Outcome& seen) {
      const std::string wrong = IsOutside(seen.answers);
      return wrong.empty() ? wrong : Link(number) + ": " + wrong;
    });
  }
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  container->descriptors = descriptors;
  RETURN_IF_ERROR(rig.Run(*container));
  findings.Pass(kExec);
  for (const int number : numbers) {
    auto answers = rig.Exec(*container, Questions(), {{"cwd", Link(number)}});
    if (!answers && IsCandidateError(answers.error())) continue;  // refused
    if (!answers) return std::move(answers).error();
    const std::string wrong = IsOutside(*answers);
    findings.Judge(kExec, wrong.empty(), Link(number) + ": " + wrong, *answers);
  }
  return {};
}

}  // namespace

BatteryRun WorkingDirectoryRun() {
  const std::string inside = "loadline/isolation/probes/working-directory";
  return {"working-directory",
          {{kInit, "no working directory leads outside through a descriptor", {inside}, {}},
           {kExec,
            "no working directory of exec leads outside through a descriptor",
            {inside},
            {"verb-exec"}}},
          false,
          Work};
}

}  // namespace loadline::conformance::isolation
