// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutation.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/deadline.h"
#include "conformance/harness/certify_profile.h"
#include "conformance/harness/expectations.h"
#include "conformance/harness/mutant_plan.h"
#include "reports/result_key.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;

Result<std::string> MutantProgram() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::string path = (self.parent_path() / "loadline-mutant").string();
  if (access(path.c_str(), X_OK) == 0) return path;
  return Failure(ErrorKind::kHostLacks, "the mutant is not beside this program: " + path,
                 "build loadline-mutant, or install the package loadline-conformance");
}

std::set<std::string> Passing(const reports::Report& report) {
  std::set<std::string> passing;
  for (const CheckResult& result : report.results) {
    if (result.verdict == Verdict::kPass) passing.insert(reports::CaseOf(result.id));
  }
  return passing;
}

// A runtime that was asked for something and only ever refused to create anything.
bool IsRefusal(const CheckResult& result) {
  return result.message.starts_with("create: exit status");
}

bool MatchesAny(const std::vector<std::string>& globs, const std::string& id) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return GlobMatches(glob, id); });
}

// What makes most of the cases fail that only happen to touch it says little about each of them.
bool IsBlunt(const MutantOutcome& outcome) {
  return outcome.by_refusal ||
         (outcome.sampled && static_cast<int>(outcome.killed_by.size()) * 2 > outcome.cases_run);
}

constexpr int kLooks = 3;  // at what noise hid

class Mutation {
 public:
  Mutation(const MutationOptions& options, const MutationProgress& progress)
      : options_(options), progress_(progress) {
    certify_.case_directories = options.case_directories;
    certify_.spec = options.spec;
    certify_.batteries = {"cases"};
    certify_.jobs = options.jobs;
  }

  Result<MutationReport> Run() {
    ASSIGN_OR_RETURN(profile_, FindCandidate(options_.candidate));
    ASSIGN_OR_RETURN(cases_, LoadCases(options_.case_directories));
    ASSIGN_OR_RETURN(const reports::Report baseline, CertifyProfile(certify_, profile_, cases_));
    passing_ = Passing(baseline);
    certify_.spec = baseline.spec;
    ASSIGN_OR_RETURN(const std::vector<MutantPlan> plans, Plans());
    RETURN_IF_ERROR(RunChecksWithoutMutant(plans));
    std::set<std::string> failed;
    for (const MutantPlan& plan : plans) {
      ASSIGN_OR_RETURN(MutantOutcome outcome, Judge(plan));
      if (!IsBlunt(outcome)) failed.insert(outcome.killed_by.begin(), outcome.killed_by.end());
      Count(outcome);
      if (progress_) progress_(outcome, static_cast<int>(plans.size()));
      report_.mutants.push_back(std::move(outcome));
    }
    // Mutants that the batteries have to notice say nothing about cases.
    const bool about_cases = std::any_of(plans.begin(), plans.end(),
                                         [](const MutantPlan& plan) { return !plan.battery; });
    for (const Case& one : cases_) {
      if (about_cases && passing_.count(one.id) != 0 && failed.count(one.id) == 0)
        report_.never_failed.push_back(one.id);
    }
    return std::move(report_);
  }

 private:
  Result<std::vector<MutantPlan>> Plans() {
    std::vector<const Case*> cases;
    for (const Case& one : cases_) {
      if (passing_.count(one.id) != 0) cases.push_back(&one);
    }
    ASSIGN_OR_RETURN(const std::string program, MutantProgram());
    ASSIGN_OR_RETURN(std::vector<MutantPlan> plans,
                     PlanMutants(profile_, program, cases, certify_.spec));
    ASSIGN_OR_RETURN(std::vector<MutantPlan> stages, PlanStages(profile_, cases, cases_));
    std::move(stages.begin(), stages.end(), std::back_inserter(plans));
    std::vector<MutantPlan> orders = PlanOrders(profile_, cases);
    std::move(orders.begin(), orders.end(), std::back_inserter(plans));
    std::erase_if(plans, [this](const MutantPlan& plan) {
      const bool wanted = options_.only.empty() || MatchesAny(options_.only, plan.name);
      return !wanted || !options_.shard.Has(plan.name);
    });
    if (plans.empty())
      return Failure(ErrorKind::kUsage, "no mutant is left to run",
                     "--only takes names such as field:/hostname, mutation:*, stage:* or order:*");
    return plans;
  }

  // What the batteries say of the runtime as it is, as far as a mutant needs it.
  Result<void> RunChecksWithoutMutant(const std::vector<MutantPlan>& plans) {
    CertifyOptions options = ForChecks();
    for (const MutantPlan& plan : plans) {
      if (plan.battery)
        options.only.insert(options.only.end(), plan.about.begin(), plan.about.end());
    }
    if (options.only.empty()) return {};
    ASSIGN_OR_RETURN(const reports::Report report, CertifyProfile(options, profile_, cases_));
    passing_.merge(Passing(report));
    return {};
  }

  CertifyOptions ForChecks() const {
    CertifyOptions options = certify_;
    options.batteries.clear();
    return options;
  }

  Result<MutantOutcome> Judge(const MutantPlan& plan) {
    MutantOutcome outcome;
    outcome.name = plan.name;
    outcome.summary = plan.summary;
    outcome.sampled = plan.sampled;
    outcome.reason = plan.reason;
    if (plan.battery && !CanBeShown(plan)) return outcome;
    const auto start = Deadline::Clock::now();
    if (plan.battery) RETURN_IF_ERROR(RunChecksOn(plan, outcome));
    for (const auto* ids : {&plan.cases, &plan.rest}) {
      if (outcome.killed_by.empty()) RETURN_IF_ERROR(RunOn(plan, certify_, *ids, outcome));
    }
    if (!plan.about.empty()) {
      std::copy_if(outcome.killed_by.begin(), outcome.killed_by.end(),
                   std::back_inserter(outcome.strays),
                   [&](const std::string& id) { return !MatchesAny(plan.about, id); });
      // Who fails beside the point has not noticed it.
      if (outcome.strays.size() == outcome.killed_by.size()) outcome.killed_by.clear();
    }
    outcome.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - start)
            .count();
    return outcome;
  }

  // A limit of what this host does not have (swap, huge pages) can be cheated on without anybody
  // who notices here.
  bool CanBeShown(const MutantPlan& plan) const {
    return std::any_of(passing_.begin(), passing_.end(),
                       [&plan](const std::string& id) { return MatchesAny(plan.about, id); });
  }

  // What noise hid is looked at again: it is neither noticed nor overlooked.
  Result<void> RunChecksOn(const MutantPlan& plan, MutantOutcome& outcome) {
    for (int i = 0; i < kLooks; ++i) {
      outcome.hidden = 0;
      RETURN_IF_ERROR(RunOn(plan, ForChecks(), plan.about, outcome));
      if (outcome.hidden == 0 || !outcome.killed_by.empty()) break;
    }
    return {};
  }

  Result<void> RunOn(const MutantPlan& plan, CertifyOptions options,
                     const std::vector<std::string>& globs, MutantOutcome& outcome) {
    if (globs.empty()) return {};
    options.only = globs;
    ASSIGN_OR_RETURN(const reports::Report report, CertifyProfile(options, plan.profile, cases_));
    outcome.cases_run += static_cast<int>(report.results.size());
    bool refused = true;
    for (const CheckResult& result : report.results) {
      const bool fails = result.verdict == Verdict::kFail || result.verdict == Verdict::kWarn ||
                         result.verdict == Verdict::kTimeout ||
                         result.verdict == Verdict::kUnsupported;  // a failed MAY
      if (passing_.count(reports::CaseOf(result.id)) == 0) continue;
      if (result.verdict == Verdict::kInconclusive) ++outcome.hidden;
      if (!fails) continue;
      outcome.killed_by.push_back(reports::CaseOf(result.id));
      refused = refused && IsRefusal(result);
    }
    outcome.by_refusal =
        refused && !outcome.killed_by.empty() && plan.about.empty() && !plan.may_refuse;
    return {};
  }

  void Count(const MutantOutcome& outcome) {
    if (!outcome.strays.empty()) ++report_.astray;
    const bool noticed = outcome.Killed();
    if (!noticed && outcome.reason.empty() && outcome.cases_run > 0)
      report_.unexplained.push_back(outcome.name);
    if (noticed && !outcome.reason.empty()) report_.needlessly_explained.push_back(outcome.name);
    ++(outcome.cases_run == 0      ? report_.untouched
       : noticed                   ? report_.killed
       : !outcome.reason.empty()   ? report_.unnoticeable
       : outcome.killed_by.empty() ? report_.survived
                                   : report_.refused);
  }

  const MutationOptions& options_;
  const MutationProgress& progress_;
  CertifyOptions certify_;
  Profile profile_;
  std::vector<Case> cases_;
  std::set<std::string> passing_;  // ids of what passes without a mutant
  MutationReport report_;
};

}  // namespace

Result<MutationReport> RunMutants(const MutationOptions& options,
                                  const MutationProgress& progress) {
  return Mutation(options, progress).Run();
}

}  // namespace loadline::conformance
