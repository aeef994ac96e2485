// SPDX-License-Identifier: Apache-2.0
#include "cli/judge_again.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "conformance/certify.h"
#include "reports/result_key.h"
#include "validator/names/grammar.h"
#include "validator/subject/kind.h"

namespace loadline::cli {
namespace {

constexpr std::string_view kBatteries = "conformance/batteries/";  // their folders

Error NotAgain(std::string what, std::string hint) {
  return Failure(ErrorKind::kUsage, std::move(what), std::move(hint));
}

// The word for --kind that gives a path the type it had; empty: it is detected.
std::string KindOf(const reports::Subject& subject) {
  const bool known = validator::SubjectTypeFromText(subject.type).has_value() ||
                     validator::FindGrammar(subject.type) != nullptr;
  return known ? subject.type : "";
}

// The paths by what they are judged as.
Result<std::map<std::string, ValidateOptions>> GroupsOf(const reports::Report& before,
                                                        const GateOptions& options) {
  std::map<std::string, ValidateOptions> by_kind;
  for (const reports::Subject& subject : before.subjects) {
    if (subject.name == "-" || subject.type == reports::kComparison)
      return NotAgain(
          "the baseline judged " +
              std::string(subject.name == "-" ? "standard input" : "whether two are the same") +
              ", which cannot be asked again",
          "judge it, and pass the report: loadline gate --baseline " + options.baseline + " NOW");
    ValidateOptions& group = by_kind[KindOf(subject)];
    group.paths.push_back(subject.name);
    group.kind = KindOf(subject);
    group.spec = before.spec;
    group.settings = options.settings;
    if (before.run && before.run->shallow) group.shallow = true;
    group.jobs = options.jobs;
    group.output.quiet = options.output.quiet;
  }
  return by_kind;
}

Result<Judged> ValidateAgain(const reports::Report& before, const GateOptions& options) {
  ASSIGN_OR_RETURN(const auto groups, GroupsOf(before, options));
  Judged now;
  for (const auto& [kind, group] : groups) {
    auto validation = Validation::Plan(group);
    // Whatever is wrong with a plan is wrong usage.
    if (!validation.has_value()) return NotAgain(validation.error().ToLine(), "");
    ASSIGN_OR_RETURN(Judged part, validation->Run());
    const auto append = [](auto& to, auto& from) {
      std::move(from.begin(), from.end(), std::back_inserter(to));
    };
    append(now.report.subjects, part.report.subjects);
    append(now.report.results, part.report.results);
    now.report.rules_passed += part.report.rules_passed;
    now.report.duration_ms += part.report.duration_ms;
    now.unreadable |= part.unreadable;
  }
  now.report.kind = reports::Kind::kValidation;
  now.report.tool = ThisTool();
  now.report.started = Now();
  now.report.spec = before.spec;
  return now;
}

std::string BatteryOf(const conformance::CaseSummary& check) {
  return check.file.starts_with(kBatteries) ? check.file.substr(kBatteries.size()) : "cases";
}

bool HoldsIn(const conformance::CaseSummary& check, const schema::SpecVersion& version) {
  return check.since <= version && (!check.until || version <= *check.until);
}

// As the run was restricted, as far as it can be asked for again.
void RestrictAs(const reports::Run& run, conformance::CertifyOptions& harness) {
  harness.batteries = run.batteries;
  harness.only = run.only;
  harness.fault = run.fault;
  harness.full = run.sampled.empty();
  if (!run.cases.empty()) harness.case_directories = {run.cases};
}

// The batteries that the report has results of, and, where it has not all of theirs, which.
Result<void> RestrictTo(const reports::Report& before, conformance::CertifyOptions& harness) {
  // Which part a shard is hangs on the cases that there are: those of then are asked for.
  if (before.run && before.run->shards.empty()) {
    RestrictAs(*before.run, harness);
    return {};
  }
  std::set<std::string> had;
  for (const reports::CheckResult& result : before.results) had.insert(reports::CaseOf(result.id));
  ASSIGN_OR_RETURN(const auto checks, conformance::ListCases());
  ASSIGN_OR_RETURN(const auto version, schema::SpecVersion::Parse(before.spec));
  std::set<std::string> batteries;
  std::vector<std::string> found;
  for (const conformance::CaseSummary& check : checks) {
    if (had.count(check.id) == 0) continue;
    batteries.insert(BatteryOf(check));
    found.push_back(check.id);
  }
  if (found.empty())
    return NotAgain("this release has none of the baseline's cases",
                    "pass the report of now, made as the baseline was");
  harness.batteries.assign(batteries.begin(), batteries.end());
  const bool whole = std::all_of(checks.begin(), checks.end(), [&](const auto& check) {
    return batteries.count(BatteryOf(check)) == 0 || !HoldsIn(check, version) ||
           had.count(check.id) > 0;
  });
  if (!whole) harness.only = std::move(found);
  return {};
}

// The name of a profile, or the program. Nothing in a report tells where a profile of the user's
// own lies.
Result<std::string> CandidateOf(const reports::Report& before, const std::string& given) {
  if (!given.empty()) return given;
  if (before.subjects.size() != 1)
    return NotAgain("the baseline is of no single candidate", "pass the report of now");
  const reports::Subject& subject = before.subjects[0];
  for (const conformance::CandidateSummary& known : conformance::ListCandidates()) {
    if (known.name == subject.name) return subject.name;
  }
  // A program that is no profile's has its own name.
  const bool program = subject.command.size() == 1 &&
                       std::filesystem::path(subject.command[0]).filename() == subject.name;
  if (program) return subject.command[0];
  return NotAgain("the baseline does not say where the profile of \"" + subject.name + "\" is",
                  "name it: --candidate FILE");
}

// Of how the candidate was run what the report knows.
void RunAs(const reports::Report& before, conformance::CertifyOptions& harness) {
  if (!before.host || !before.host->is_object()) return;
  const auto rootless = before.host->find("rootless");
  harness.rootless = rootless != before.host->end() && *rootless == true;
  const auto system = before.host->find("system");
  if (system != before.host->end() && system->is_string())
    harness.system = system->get<std::string>();
  const auto bundle = before.host->find("bundle");
  if (bundle == before.host->end() || !bundle->is_object()) return;
  const auto path = bundle->find("path");
  if (path != bundle->end() && path->is_string()) harness.bundle = path->get<std::string>();
}

Result<reports::Report> CertifyAgain(const reports::Report& before, const GateOptions& options) {
  conformance::CertifyOptions harness;
  ASSIGN_OR_RETURN(harness.candidate, CandidateOf(before, options.candidate));
  harness.spec = before.spec;
  harness.expectations_file = options.expectations;
  harness.jobs = options.jobs;
  RunAs(before, harness);
  RETURN_IF_ERROR(RestrictTo(before, harness));
  ProgressLine progress(options.output.quiet);
  auto report = conformance::Certify(harness, [&](const conformance::Progress& step) {
    progress.Show(step.done, step.total, step.result != nullptr && step.result->Unexpected(),
                  step.result != nullptr ? step.result->id : "");
  });
  progress.Clear();
  const bool elsewhere = !report.has_value() && report.error().kind == ErrorKind::kUnreadable &&
                         options.candidate.empty() &&
                         harness.candidate.find('/') != std::string::npos;
  if (elsewhere)
    return std::move(report).error().Hint("say where it is now: --candidate CANDIDATE");
  if (report.has_value()) report->tool = ThisTool();
  return report;
}

}  // namespace

Result<Judged> JudgeAgain(const reports::Report& before, const GateOptions& options) {
  if (before.kind == reports::Kind::kValidation) return ValidateAgain(before, options);
  ASSIGN_OR_RETURN(reports::Report now, CertifyAgain(before, options));
  return Judged{std::move(now)};
}

}  // namespace loadline::cli
