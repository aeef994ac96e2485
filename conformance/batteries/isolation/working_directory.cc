// SPDX-License-Identifier: Apache-2.0
// A working directory that leads outside: through a descriptor of the runtime or of its caller, up,
// through a link of the image; or that is not there, or is nobody's to enter. Guards against
// CVE-2024-21626.
#include <fcntl.h>

#include "base/files.h"
#include "conformance/batteries/isolation/image.h"
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

const std::string kInit = "loadline/isolation/working-directory/init";
const std::string kExec = "loadline/isolation/working-directory/exec";
const std::string kOption = "loadline/isolation/working-directory/exec-option";
// Those that runtimes and their callers have been known to leave open.
constexpr int kMost = 12;
constexpr int kLeaked = 100;

// Places that a working directory may not lead to, by the image alone.
struct Place {
  const char* name;  // of the check
  const char* title;
  const char* cwd;  // "${outside}": where the sentinels are
};
constexpr Place kPlaces[] = {
    {"climbing", "that climbs", "/../../../../../../../../..${outside}"},
    {"relative-climb", "that climbs from below", "/proc/../../../../../../..${outside}"},
    {"link", "through a link of the image", "/link"},
    {"link-that-climbs", "through a link of the image that climbs", "/climb/inner"},
    {"root-of-another", "through the root of process 1", "/proc/1/root${outside}"},
    {"own-directory", "through its own working directory", "/proc/self/cwd/../../../..${outside}"},
    {"missing", "that is not there", "/not/there"},
    {"file", "that is a file", "/loadline-probe"},
};
std::string CheckOf(const char* who, const std::string& place) {
  return std::string("loadline/isolation/working-directory/") + who + "-" + place;
}
// A directory of the image that only root may search, for a process that is not root.
constexpr const char* kUnsearchable = "unsearchable";
constexpr const char* kClosed = "/closed/inner";
constexpr int kSomebody = 1000;

std::vector<Planted> ImageOfPlaces() {
  return {Link("/link", "${outside}"), Link("/climb", "../../../../../../../..${outside}"),
          Directory("/closed", 0700), Directory("/closed/inner")};
}

std::string LinkTo(int number) { return "/proc/self/fd/" + std::to_string(number); }

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

// A process that cannot enter its working directory may not be there, nor anywhere else.
std::string IsElsewhere(const std::vector<json>& answers) {
  const std::string cwd = answers[1].value("/probe/cwd"_json_pointer, json("")).get<std::string>();
  return cwd == "/" ? "the working directory is / instead of what was asked for"
                    : IsOutside(answers);
}

// With the working directory `cwd`, and refused or inside: by init, and by exec.
Result<void> TryDescriptors(Rig& rig, Findings& findings, const Sentinels& sentinels,
                            const std::vector<std::pair<int, int>>& descriptors) {
  std::vector<int> numbers{kLeaked};
  for (int number = 3; number < kMost; ++number) numbers.push_back(number);
  for (const int number : numbers) {
    Trial trial;
    trial.config = {{"process", {{"cwd", LinkTo(number)}}}};
    trial.messages = Questions();
    trial.descriptors = descriptors;
    ASSIGN_OR_RETURN(Outcome outcome, Try(rig, trial, sentinels));
    outcome.what = LinkTo(number);
    JudgeTrial(findings, kInit, outcome,
               [](const Outcome& seen) { return IsOutside(seen.answers); });
  }
  if (!rig.HasVerb("exec")) return {};
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  container->descriptors = descriptors;
  RETURN_IF_ERROR(rig.Run(*container));
  findings.Pass(kExec);
  for (const int number : numbers) {
    auto answers = rig.Exec(*container, Questions(), {{"cwd", LinkTo(number)}});
    if (!answers && IsCandidateError(answers.error())) continue;  // refused
    if (!answers) return std::move(answers).error();
    const std::string wrong = IsOutside(*answers);
    findings.Judge(kExec, wrong.empty(), LinkTo(number) + ": " + wrong, *answers);
  }
  rig.Remove(*container);
  return {};
}

Result<void> TryPlacesOfInit(Rig& rig, Findings& findings) {
  std::vector<HostileBundle> bundles;
  for (const Place& place : kPlaces)
    bundles.push_back({CheckOf("init", place.name), place.cwd, ImageOfPlaces(),
                       json{{"process", {{"cwd", place.cwd}}}},
                       [](const Outcome& seen) { return IsOutside(seen.answers); }, Questions(),
                       false, true});
  const json process = {{"cwd", kClosed}, {"user", {{"uid", kSomebody}, {"gid", kSomebody}}}};
  bundles.push_back(
      {CheckOf("init", kUnsearchable), kClosed, ImageOfPlaces(), json{{"process", process}},
       [](const Outcome& seen) { return IsElsewhere(seen.answers); }, Questions(), false, true});
  return TryBundles(rig, findings, bundles);
}

// exec --cwd takes the same places.
Result<void> TryOption(Rig& rig, Findings& findings, Container& container,
                       const Sentinels& sentinels) {
  rig.calls().verbs["execIn"] = {"exec", "--cwd", "${cwd}", "${id}", kProbeInContainer, "serve"};
  std::vector<std::string> places = {LinkTo(kLeaked), "/../../../../.." + sentinels.directory()};
  for (int number = 3; number < kMost; ++number) places.push_back(LinkTo(number));
  for (const std::string& cwd : places) {
    auto answers = rig.ExecBy("execIn", container, Questions(), {{"cwd", cwd}});
    if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
    const std::string wrong = answers ? IsOutside(*answers) : "";
    findings.Judge(kOption, wrong.empty(), "--cwd " + cwd + ": " + wrong,
                   answers ? json(*answers) : json("refused"));
  }
  return {};
}

Result<void> TryPlacesOfExec(Rig& rig, Findings& findings, const Sentinels& sentinels,
                             const std::vector<std::pair<int, int>>& descriptors) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  container->descriptors = descriptors;
  RETURN_IF_ERROR(Plant(container->bundle + "/rootfs", ImageOfPlaces(), sentinels.directory()));
  RETURN_IF_ERROR(GiveTree(container->bundle, rig.paths().caller));
  RETURN_IF_ERROR(rig.Run(*container));
  RETURN_IF_ERROR(TryOption(rig, findings, *container, sentinels));
  const auto judge = [&](const std::string& check, const json& process,
                         std::string (*wrong)(const std::vector<json>&)) -> Result<void> {
    auto answers = rig.Exec(*container, Questions(), process);
    if (!answers && !IsCandidateError(answers.error())) return std::move(answers).error();
    const std::string said = answers ? wrong(*answers) : "";
    findings.Judge(check, said.empty(), process["cwd"].get<std::string>() + ": " + said,
                   answers ? json(*answers) : json("refused"));
    const json changes = sentinels.Changes();
    findings.Judge(check, changes.empty(), "outside the bundle: " + changes.dump(), changes);
    return {};
  };
  for (const Place& place : kPlaces) {
    std::string cwd = place.cwd;
    if (const size_t at = cwd.find("${outside}"); at != std::string::npos)
      cwd.replace(at, std::string::npos, sentinels.directory());
    RETURN_IF_ERROR(judge(CheckOf("exec", place.name), {{"cwd", cwd}}, IsOutside));
  }
  return judge(CheckOf("exec", kUnsearchable),
               {{"cwd", kClosed}, {"user", {{"uid", kSomebody}, {"gid", kSomebody}}}}, IsElsewhere);
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig.paths().work));
  ASSIGN_OR_RETURN(const UniqueFd leaked, Open(sentinels.directory(), O_RDONLY | O_DIRECTORY));
  const std::vector<std::pair<int, int>> descriptors = {{leaked.get(), kLeaked}};
  // The control: a native process reaches the sentinels through what it inherited, and by the path.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig, {"serve"}, descriptors));
  for (const std::string& path : {LinkTo(kLeaked), sentinels.directory()}) {
    ASSIGN_OR_RETURN(const json reached, native.Tell({{"tell", "list"}, {"path", path}}));
    RETURN_IF_ERROR(CheckControl(!IsOutside({reached, json::object()}).empty(),
                                 "a directory outside by " + path));
  }
  RETURN_IF_ERROR(TryDescriptors(rig, findings, sentinels, descriptors));
  RETURN_IF_ERROR(TryPlacesOfInit(rig, findings));
  if (!rig.HasVerb("exec")) return {};
  return TryPlacesOfExec(rig, findings, sentinels, descriptors);
}

}  // namespace

BatteryRun WorkingDirectoryRun() {
  const std::string inside = "loadline/isolation/probes/working-directory";
  BatteryRun run{"working-directory",
                 {{kInit, "no working directory leads outside through a descriptor", {inside}, {}},
                  {kExec,
                   "no working directory of exec leads outside through a descriptor",
                   {inside},
                   {"verb-exec"}}},
                 false,
                 Work};
  run.checks.push_back({kOption,
                        "no working directory that exec is given by an option leads outside",
                        {inside},
                        {"verb-exec", "option-cwd"}});
  for (const Place& place : kPlaces) {
    const std::string title = std::string(" ") + place.title + " stays inside or is refused";
    run.checks.push_back(
        {CheckOf("init", place.name), "a working directory" + title, {inside}, {}});
    run.checks.push_back({CheckOf("exec", place.name),
                          "a working directory of exec" + title,
                          {inside},
                          {"verb-exec"}});
  }
  const std::string title = " that its user may not enter is entered all the same or refused";
  run.checks.push_back(
      {CheckOf("init", kUnsearchable), "a working directory" + title, {inside}, {}});
  run.checks.push_back({CheckOf("exec", kUnsearchable),
                        "a working directory of exec" + title,
                        {inside},
                        {"verb-exec"}});
  return run;
}

}  // namespace loadline::conformance::isolation
