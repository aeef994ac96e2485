// SPDX-License-Identifier: Apache-2.0
#include "conformance/certify.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/digest.h"
#include "base/files.h"
#include "base/version.h"
#include "conformance/batteries/faults/faults.h"
#include "conformance/doctor.h"
#include "conformance/harness/candidate.h"
#include "conformance/harness/candidate_files.h"
#include "conformance/harness/certify_profile.h"
#include "conformance/harness/describe_run.h"
#include "conformance/harness/expectations.h"
#include "conformance/harness/expressible.h"
#include "conformance/harness/given_bundle.h"
#include "conformance/harness/given_system.h"
#include "conformance/harness/interpreter.h"
#include "conformance/harness/judge.h"
#include "conformance/harness/needs.h"
#include "conformance/harness/rights.h"
#include "conformance/harness/selection.h"
#include "conformance/suite.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::CheckResult;
using reports::Verdict;

constexpr const char* kStandard = "oci-runtime";
constexpr const char* kBeyond = "loadline";

// One certification from its options to its report.
class Certification {
 public:
  // Without a profile the candidate is looked up.
  Certification(const CertifyOptions& options, const ProgressCallback& progress,
                const std::vector<Case>& cases, const std::vector<Battery>& batteries,
                std::optional<Profile> profile)
      : options_(options),
        progress_(progress),
        profile_(std::move(profile)),
        cases_(cases),
        batteries_(batteries) {}

  Result<reports::Report> Run() {
    const auto start = Deadline::Clock::now();
    report_.started = Now();
    ASSIGN_OR_RETURN(const CertifyOptions chosen, faults::WithChecksOfFault(options_));
    ASSIGN_OR_RETURN(Selection selection, Select(cases_, batteries_, chosen));
    if (!options_.bundle.empty()) {
      ASSIGN_OR_RETURN(given_, ReadGivenBundle(options_.bundle));
    }
    if (!options_.system.empty()) {
      ASSIGN_OR_RETURN(system_, FindGivenSystem(options_.system, selection));
    }
    RETURN_IF_ERROR(AskForCandidate());
    const auto holds = [this](const Check* one) { return one->HoldsIn(spec_version_); };
    std::erase_if(selection.cases, std::not_fn(holds));
    total_ = static_cast<int>(selection.cases.size());
    for (ChosenRun& run : selection.runs) {
      std::erase_if(run.checks, std::not_fn(holds));
      total_ += static_cast<int>(run.checks.size());
    }
    RETURN_IF_ERROR(ReadExpectations());
    Begin();
    const auto settled = [this](const Check* one) { return SettleWithoutRun(*one); };
    std::erase_if(selection.cases, settled);
    RETURN_IF_ERROR(SettleByConfiguration(selection.cases));
    for (ChosenRun& run : selection.runs) std::erase_if(run.checks, settled);
    std::erase_if(selection.runs, [](const ChosenRun& run) { return run.checks.empty(); });
    if (!selection.cases.empty() || !selection.runs.empty()) RETURN_IF_ERROR(CheckProbe());
    RETURN_IF_ERROR(RunCases(selection.cases));
    RETURN_IF_ERROR(RunBatteryChecks(selection.runs));
    RETURN_IF_ERROR(kept_);
    Finish();
    report_.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - start)
            .count();
    return std::move(report_);
  }

 private:
  Result<void> AskForCandidate() {
    if (!profile_) {
      ASSIGN_OR_RETURN(profile_, FindCandidate(options_.candidate));
    }
    Profile profile = *profile_;
    host_ = Examine(profile.resctrl);
    ASSIGN_OR_RETURN(hierarchies_, Hierarchies());
    ASSIGN_OR_RETURN(view_, MakeView(hierarchies_, profile.needs_view, options_.rootless));
    view_.resctrl = host_.resctrl;
    candidate_.profile = profile;
    // Before the first run: what is named is what was judged. A program that may be run and not
    // read has no digest.
    if (const auto program = ReadFile(profile.command.front()); program.has_value())
      digest_ = Sha256(*program);
    report_.files = FilesOf(profile);
    report_.suite = SuiteDigests(Probe());
    report_.run = DescribeRun(options_, batteries_);
    if (host_.Ability("root").available && !options_.dry_run) {
      ASSIGN_OR_RETURN(candidate_,
                       AskCandidate(std::move(profile), hierarchies_, view_, options_.step_time));
    }
    ASSIGN_OR_RETURN(report_.spec, ChooseSpec(options_.spec, candidate_.spec_max));
    ASSIGN_OR_RETURN(spec_version_, schema::SpecVersion::Parse(report_.spec));
    ASSIGN_OR_RETURN(const std::string newest, ChooseSpec("", candidate_.spec_max));
    ASSIGN_OR_RETURN(const schema::SpecVersion declared, schema::SpecVersion::Parse(newest));
    claims_version_ = spec_version_ <= declared;
    return {};
  }

  CheckResult MakeResult(const Check& one, Judgement judgement) const {
    CheckResult result;
    result.id = one.id + "@" + report_.spec;
    result.title = one.title;
    result.level = one.level;
    result.requirements = one.requirements;
    result.subject = candidate_.profile.name;
    result.verdict = ApplyLevel(judgement.verdict, one.level);
    result.message = std::move(judgement.message);
    return result;
  }

  void Add(CheckResult result) {
    if (Expects()) Expect(expectations_, result);
    report_.results.push_back(std::move(result));
    if (progress_)
      progress_({static_cast<int>(report_.results.size()), total_, &report_.results.back()});
  }

  // Verdicts that need no run.
  bool SettleWithoutRun(const Check& one) {
    Judgement judgement;
    const HostAbility root = host_.Ability(options_.rootless ? "rootless" : "root");
    if (options_.dry_run) {
      judgement = {Verdict::kInconclusive, "dry run"};
    } else if (!root.available) {
      judgement = {Verdict::kEnvironment, root.why};
    } else {
      judgement = JudgeNeeds(one.needs, host_, candidate_.profile, candidate_.features);
      std::string why_not = WhyNotNeeds(one.needs, view_.caller);
      if (judgement.verdict == Verdict::kPass && !why_not.empty())
        judgement = {Verdict::kEnvironment, std::move(why_not)};
    }
    if (judgement.verdict == Verdict::kPass) return false;
    Add(MakeResult(one, std::move(judgement)));
    return true;
  }

  // Cases that ask for what the caller cannot have, or the candidate cannot be told, are settled,
  // and leave the list.
  Result<void> SettleByConfiguration(std::vector<const Case*>& cases) {
    if (!options_.rootless && candidate_.profile.cannot_express.empty()) return {};
    std::vector<const Case*> left;
    for (const Case* one : cases) {
      ASSIGN_OR_RETURN(const Plan plan, MakePlan({one}, report_.spec, view_.caller));
      Judgement judgement = JudgeConfiguration(*one, plan.runs, candidate_.profile, view_.caller);
      if (judgement.verdict == Verdict::kPass) {
        left.push_back(one);
      } else {
        Add(MakeResult(*one, std::move(judgement)));
      }
    }
    cases = std::move(left);
    return {};
  }

  std::string Probe() const { return options_.probe.empty() ? ProbePath() : options_.probe; }

  Result<void> CheckProbe() const {
    if (access(Probe().c_str(), X_OK) == 0) return {};
    return Failure(ErrorKind::kHostLacks, "there is no probe at " + Probe(),
                   "build loadline-probe, or install the package loadline-conformance");
  }

  Schedule NewSchedule() const {
    Schedule schedule;
    schedule.hierarchies = hierarchies_;
    schedule.view = view_;
    if (options_.cell_limits) schedule.limits = *options_.cell_limits;
    schedule.jobs = options_.jobs > 0 ? options_.jobs : std::max(1, host_.processors);
    return schedule;
  }

  Result<void> RunBatteryChecks(const std::vector<ChosenRun>& runs) {
    RigOptions rig;
    rig.profile = &candidate_.profile;
    rig.features = &candidate_.features;
    rig.view = &view_;
    rig.spec = report_.spec;
    rig.probe = Probe();
    rig.step_time = options_.step_time;
    rig.full = options_.full;
    rig.fault = options_.fault;
    rig.given = given_ ? &*given_ : nullptr;
    rig.system = system_;
    return RunBatteries(runs, NewSchedule(), rig,
                        [this](const Check& check, Judgement judgement, json evidence) {
                          CheckResult result = MakeResult(check, std::move(judgement));
                          result.evidence = std::make_shared<const json>(std::move(evidence));
                          Add(std::move(result));
                        });
  }

  Result<void> RunCases(const std::vector<const Case*>& cases) {
    ASSIGN_OR_RETURN(plan_, MakePlan(cases, report_.spec, view_.caller));
    answers_.assign(plan_.runs.size(), json());
    std::vector<bool> judged(cases.size(), false);
    Schedule schedule = NewSchedule();
    schedule.count = plan_.runs.size();
    schedule.work = [&](size_t index) {
      return InterpretRun(plan_.runs[index], candidate_.profile, view_, Probe(),
                          options_.step_time);
    };
    schedule.done = [&](size_t index, json answer) {
      answers_[index] = std::move(answer);
      if (kept_) kept_ = Keep(index);
      for (size_t i = 0; i < cases.size(); ++i) {
        if (!judged[i] && Ready(plan_.by_case[i])) {
          judged[i] = true;
          Judge(*cases[i], plan_.by_case[i]);
        }
      }
    };
    return RunInCells(schedule);
  }

  bool Ready(const CaseRuns& runs) const {
    return !answers_[runs.main].is_null() &&
           std::all_of(runs.controls.begin(), runs.controls.end(),
                       [this](const auto& control) { return !answers_[control.second].is_null(); });
  }

  void Judge(const Case& one, const CaseRuns& runs) {
    std::vector<std::pair<std::string, const json*>> controls;
    for (const auto& control : runs.controls)
      controls.emplace_back(control.first, &answers_[control.second]);
    const json& answer = answers_[runs.main];
    CheckResult result = MakeResult(one, JudgeCase(one, answer, controls, claims_version_));
    int64_t duration = 0;
    for (const json& step : answer.value("steps", json::array()))
      duration += step.value("durationMs", int64_t{0});
    result.duration_ms = duration;
    if (result.verdict != Verdict::kPass) {
      result.evidence = std::make_shared<const json>(Evidence(answer));
      if (answer.contains("observation"))
        result.observation = std::make_shared<const json>(answer["observation"]);
    }
    Add(std::move(result));
  }

  // Leaves the configuration and the observation of a run for whoever wants to look.
  Result<void> Keep(size_t index) const {
    if (options_.keep_directory.empty()) return {};
    std::string name = plan_.runs[index].cases.front();
    std::replace(name.begin(), name.end(), '/', '_');
    const std::string directory =
        options_.keep_directory + "/" + name + "-" + std::to_string(index);
    std::error_code ignored;  // the first file says it as well
    std::filesystem::create_directories(directory, ignored);
    const json& answer = answers_[index];
    for (const char* part : {"config", "observation", "steps"}) {
      const json value = answer.contains(part) ? answer[part] : json::object();
      auto written =
          WriteFileAtomically(directory + "/" + part + ".json",
                              value.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
      if (!written)
        return std::move(written).error().Hint("make room there, or certify without --keep");
    }
    return {};
  }

  // What is known before the first verdict.
  void Begin() {
    report_.kind = reports::Kind::kCertification;
    report_.tool.version = kVersion;
    json host = host_.ToJson();
    host["rootless"] = options_.rootless;
    if (given_)
      host["bundle"] = {
          {"path", given_->path}, {"digest", given_->digest}, {"leftOut", given_->left_out}};
    if (!system_.empty()) host["system"] = system_;
    // What was judged on it was not judged on hardware.
    if (const std::string& stand_in = candidate_.profile.resctrl; !stand_in.empty())
      host["standsIn"] = {{"resctrl", stand_in}};
    report_.host = std::make_shared<const json>(std::move(host));
    report_.subjects.push_back({candidate_.profile.name, "runtime", digest_, candidate_.version,
                                candidate_.profile.command, Verdict::kInconclusive});
    if (progress_) progress_({0, total_, nullptr, &report_});
  }

  void Finish() {
    if (!answers_.empty()) {
      for (CheckResult& result :
           JudgeRuns(plan_.runs, answers_, candidate_.features_text, report_.spec)) {
        result.subject = candidate_.profile.name;
        Add(std::move(result));
      }
    }
    AddStaleEntries();
    std::sort(report_.results.begin(), report_.results.end(),
              [](const CheckResult& a, const CheckResult& b) { return a.id < b.id; });
    report_.requirements = Count(kStandard);
    report_.beyond = Count(kBeyond);
    report_.subjects.front().verdict = SubjectVerdict();
  }

  reports::RequirementCount Count(const char* standard) const {
    return reports::CountRequirements(report_.results, standard, spec_version_,
                                      schema::Addressee::kRuntime);
  }

  // A candidate of which nothing was judged has not passed.
  Verdict SubjectVerdict() const {
    const auto any = [this](auto&& condition) {
      return std::any_of(report_.results.begin(), report_.results.end(), condition);
    };
    if (any([](const CheckResult& r) { return r.verdict == Verdict::kFail; }))
      return Verdict::kFail;
    if (any([](const CheckResult& r) { return reports::Judges(r.verdict); })) return Verdict::kPass;
    return options_.dry_run ? Verdict::kInconclusive : Verdict::kEnvironment;
  }

  // Of a single fault nobody knows anything beforehand; and what is known of a candidate was seen
  // in our own bundles.
  bool Expects() const { return options_.fault.empty() && !given_; }

  Result<void> ReadExpectations() {
    if (!Expects()) return {};
    ASSIGN_OR_RETURN(auto expectations,
                     ExpectationsOf(candidate_.profile.name, options_.expectations_file));
    expectations_ =
        Applicable(std::move(expectations), {{"version", candidate_.version},
                                             {"spec", report_.spec},
                                             {"cgroup", CgroupLayout(view_.hierarchies)},
                                             {"rootless", options_.rootless ? "true" : "false"},
                                             {"via", ""}});
    return {};
  }

  void AddStaleEntries() {
    // Somebody else's cases say nothing about our expectations.
    if (!Expects() || !options_.case_directories.empty()) return;
    for (CheckResult& stale : StaleEntries(expectations_, KnownIds(cases_, batteries_))) {
      stale.subject = candidate_.profile.name;
      Add(std::move(stale));
    }
  }

  const CertifyOptions& options_;
  const ProgressCallback& progress_;
  std::optional<Profile> profile_;
  std::optional<GivenBundle> given_;
  std::string system_;
  const std::vector<Case>& cases_;
  const std::vector<Battery>& batteries_;
  Candidate candidate_;
  std::string digest_;  // of the candidate's program
  std::vector<Expectation> expectations_;
  HostFacts host_;
  std::vector<Hierarchy> hierarchies_;
  CellView view_;
  schema::SpecVersion spec_version_;
  bool claims_version_ = true;  // the candidate declares it
  Plan plan_;
  std::vector<json> answers_;
  Result<void> kept_;  // or the first error of keeping runs
  reports::Report report_;
  int total_ = 0;
};

}  // namespace

Result<reports::Report> Certify(const CertifyOptions& options, const ProgressCallback& progress) {
  ASSIGN_OR_RETURN(const std::vector<Case> cases, LoadCases(options.case_directories));
  ASSIGN_OR_RETURN(const std::vector<Battery> batteries, LoadBatteries());
  return Certification(options, progress, cases, batteries, std::nullopt).Run();
}

Result<reports::Report> CertifyProfile(const CertifyOptions& options, const Profile& profile,
                                       const std::vector<Case>& cases,
                                       const ProgressCallback& progress) {
  ASSIGN_OR_RETURN(const std::vector<Battery> batteries, LoadBatteries());
  return Certification(options, progress, cases, batteries, profile).Run();
}

}  // namespace loadline::conformance
