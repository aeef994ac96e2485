// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutation.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/child_process.h"
#include "conformance/harness/certify_profile.h"
#include "conformance/harness/expectations.h"
#include "conformance/harness/mutant_plan.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;

Result<std::string> MutantProgram() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::string path = (self.parent_path() / "loadline-mutant").string();
  if (access(path.c_str(), X_OK) == 0) return path;
  return Failure("the mutant is not beside this program: " + path,
                 "build loadline-mutant, or install the whole tree");
}

Result<std::vector<MutantPlan>> PlanMutants(const std::string& program,
                                            const std::vector<Case>& cases,
                                            const std::vector<std::string>& only) {
  RunOptions list;
  list.spawn.argv = {program, "--list"};
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(list));
  std::vector<MutantPlan> mutants = FieldMutants(cases);
  for (MutantPlan& mutant : NamedMutants(outcome.standard_output, cases))
    mutants.push_back(std::move(mutant));
  if (!only.empty()) {
    std::erase_if(mutants, [&only](const MutantPlan& mutant) {
      return std::none_of(only.begin(), only.end(), [&mutant](const std::string& glob) {
        return GlobMatches(glob, mutant.name);
      });
    });
  }
  std::sort(mutants.begin(), mutants.end(),
            [](const MutantPlan& a, const MutantPlan& b) { return a.name < b.name; });
  return mutants;
}

std::set<std::string> Passing(const reports::Report& report) {
  std::set<std::string> passing;
  for (const CheckResult& result : report.results) {
    if (result.verdict == Verdict::kPass) passing.insert(CaseOf(result.id));
  }
  return passing;
}

// A runtime that was asked for something and only ever refused to create anything.
bool IsRefusal(const CheckResult& result) {
  return result.message.starts_with("create: exit status");
}

class Mutation {
 public:
  Mutation(const MutationOptions& options, const MutationProgress& progress)
      : options_(options), progress_(progress) {
    certify_.case_directories = options.case_directories;
    certify_.spec = options.spec;
    certify_.jobs = options.jobs;
  }

  Result<MutationReport> Run() {
    ASSIGN_OR_RETURN(program_, MutantProgram());
    ASSIGN_OR_RETURN(profile_, FindCandidate(options_.candidate));
    ASSIGN_OR_RETURN(const std::vector<Case> cases, LoadCases(options_.case_directories));
    ASSIGN_OR_RETURN(const reports::Report baseline, CertifyProfile(certify_, profile_));
    passing_ = Passing(baseline);
    certify_.spec = baseline.spec;
    ASSIGN_OR_RETURN(const std::vector<MutantPlan> mutants,
                     PlanMutants(program_, cases, options_.only));
    std::set<std::string> failed;
    for (const MutantPlan& mutant : mutants) {
      ASSIGN_OR_RETURN(MutantOutcome outcome, Judge(mutant));
      failed.insert(outcome.killed_by.begin(), outcome.killed_by.end());
      Count(outcome);
      if (progress_) progress_(outcome);
      report_.mutants.push_back(std::move(outcome));
    }
    for (const std::string& id : passing_) {
      if (failed.count(id) == 0) report_.never_failed.push_back(id);
    }
    return std::move(report_);
  }

 private:
  Result<MutantOutcome> Judge(const MutantPlan& mutant) {
    MutantOutcome outcome;
    outcome.name = mutant.name;
    outcome.summary = mutant.summary;
    CertifyOptions options = certify_;
    for (const std::string& id : mutant.cases) {
      if (passing_.count(id) != 0) options.only.push_back(id);
    }
    outcome.cases_run = static_cast<int>(options.only.size());
    if (options.only.empty()) return outcome;
    Profile profile = profile_;
    profile.command = {program_};
    profile.command.insert(profile.command.end(), mutant.options.begin(), mutant.options.end());
    profile.command.emplace_back("--");
    profile.command.insert(profile.command.end(), profile_.command.begin(), profile_.command.end());
    ASSIGN_OR_RETURN(const reports::Report report, CertifyProfile(options, profile));
    outcome.by_refusal = true;
    for (const CheckResult& result : report.results) {
      const bool fails = result.verdict == Verdict::kFail || result.verdict == Verdict::kWarn ||
                         result.verdict == Verdict::kTimeout;
      if (!fails || passing_.count(CaseOf(result.id)) == 0) continue;
      outcome.killed_by.push_back(CaseOf(result.id));
      outcome.by_refusal = outcome.by_refusal && IsRefusal(result);
    }
    outcome.by_refusal = outcome.by_refusal && !outcome.killed_by.empty();
    return outcome;
  }

  void Count(const MutantOutcome& outcome) {
    if (outcome.cases_run == 0) {
      ++report_.untouched;
    } else if (outcome.killed_by.empty()) {
      ++report_.survived;
    } else {
      ++(outcome.by_refusal ? report_.refused : report_.killed);
    }
  }

  const MutationOptions& options_;
  const MutationProgress& progress_;
  CertifyOptions certify_;
  std::string program_;
  Profile profile_;
  std::set<std::string> passing_;  // ids of what passes without a mutant
  MutationReport report_;
};

}  // namespace

Result<MutationReport> RunMutants(const MutationOptions& options,
                                  const MutationProgress& progress) {
  return Mutation(options, progress).Run();
}

}  // namespace loadline::conformance
