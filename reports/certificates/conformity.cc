// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/conformity.h"

#include <algorithm>
#include <set>

#include "base/joined.h"
#include "reports/certificates/standings.h"
#include "reports/plain_text.h"

namespace loadline::reports::certificates {
namespace {

using Refusals = std::vector<std::string>;

// What `loadline expect` writes for a failure that nobody has looked at.
constexpr std::string_view kNotExamined = "not examined yet";

bool IsOfTheStandard(const CheckResult& result) {
  const auto begins = [](const std::string& id) { return id.starts_with("oci-runtime/"); };
  if (result.requirements.empty()) return begins(result.id);
  return std::any_of(result.requirements.begin(), result.requirements.end(), begins);
}

bool IsFailedMust(const CheckResult& result) {
  return result.level == schema::Level::kMust &&
         (result.verdict == Verdict::kFail || result.verdict == Verdict::kTimeout);
}

// Whether the run was one of which nothing was left out, as far as it says so itself.
void CheckRun(const Report& report, Refusals& refusals) {
  if (report.unfinished) refusals.push_back("not a whole run: it ended before it was over");
  if (!report.run) {
    refusals.push_back("the report does not say what it left out: make it with this release");
    return;
  }
  const Run& run = *report.run;
  const auto refuse = [&](bool restricted, const std::string& how) {
    if (restricted) refusals.push_back("not a whole run: " + how);
  };
  refuse(run.dry_run, "nothing was run (--dry-run)");
  refuse(!run.only.empty(), "only " + Joined(run.only, " ") + " (--only)");
  refuse(!run.shards.empty(), "only the parts " + Joined(run.shards, " ") +
                                  " (--shard); `loadline report merge` makes parts one");
  refuse(!run.fault.empty(), "only the fault " + run.fault + " (--fault)");
  refuse(!run.cases.empty(), "only the cases of " + run.cases + " (--cases)");
  refuse(!run.bundle.empty(), "only the posture of " + run.bundle + " (--bundle)");
  refuse(!run.ignored.empty(), "findings were ignored: " + Joined(run.ignored, " "));
  refuse(run.fail_level == "none", "no finding was to fail (failLevel none)");
  refuse(run.shallow, "blobs were not opened (--shallow)");
}

void CheckIds(const Report& report, const WholeRun& whole, Refusals& refusals) {
  std::set<std::string> ids;
  for (const CheckResult& result : report.results) {
    if (!ids.insert(result.id).second) refusals.push_back("two results are called " + result.id);
  }
  std::vector<std::string> missing;
  for (const std::string& id : whole.ids) {
    if (ids.count(id) == 0) missing.push_back(id);
  }
  if (!missing.empty())
    refusals.push_back("not a whole run: " + std::to_string(missing.size()) + " of " +
                       std::to_string(whole.ids.size()) + " cases are not in it, such as " +
                       missing.front());
}

// The data by which was judged have to be those that the conformity is judged by.
void CheckSuite(const Report& report, const WholeRun& whole, Refusals& refusals) {
  for (const char* program : {"loadline", "probe"}) {
    if (report.suite.count(program) == 0)
      refusals.push_back("the report does not say which " + std::string(program) + " judged");
  }
  for (const auto& [name, digest] : whole.suite) {
    if (name == "loadline" || name == "probe") continue;
    const auto judged = report.suite.find(name);
    if (judged == report.suite.end() || judged->second != digest)
      refusals.push_back("judged by other data (" + name +
                         ") than this program has: sign with the release that judged");
  }
}

void CheckSubjects(const Report& report, Refusals& refusals) {
  const bool certification = report.kind == Kind::kCertification;
  if (report.subjects.empty() || (certification && report.subjects.size() != 1))
    refusals.push_back(certification ? "a certificate is about one candidate"
                                     : "the report is about nothing");
  for (const Subject& subject : report.subjects) {
    if (subject.digest.empty())
      refusals.push_back(subject.name + " has no digest: what could not be read is not certified");
    if (certification && report.files.empty() && !subject.digest.empty())
      refusals.push_back("the report does not say which files " + subject.name + " consists of");
    if (certification) continue;
    if (subject.type == kComparison)
      refusals.push_back(subject.name + ": a comparison of two paths is no judgement on either");
    if (subject.verdict != Verdict::kPass)
      refusals.push_back(subject.name + " is not sound (" + std::string(ToText(subject.verdict)) +
                         ")");
  }
}

// Known failures of MUSTs, and what is neither known nor a pass.
void SortResults(const Report& report, Conformity& conformity) {
  for (const CheckResult& result : report.results) {
    const std::string line = result.id + ": " + Shortened(result.message);
    if (result.verdict == Verdict::kError) {
      conformity.refusals.push_back("error " + line);
      continue;
    }
    if (result.Unexpected()) {
      const bool stale = result.verdict == Verdict::kPass;
      conformity.refusals.push_back(
          stale ? "stale " + result.id + ": an expectation says that it does not pass"
                : "unexpected " + std::string(ToText(result.verdict)) + " " + line);
      continue;
    }
    if (!IsFailedMust(result)) continue;
    if (result.reason.empty() || result.reason.starts_with(kNotExamined)) {
      conformity.refusals.push_back("without a reason " + line);
      continue;
    }
    Exception exception{result.id,      result.verdict, result.requirements,
                        result.message, result.reason,  result.sometimes};
    (IsOfTheStandard(result) ? conformity.exceptions : conformity.beyond)
        .push_back(std::move(exception));
  }
}

void CheckCoverage(const Coverage& musts, Refusals& refusals) {
  if (musts.judged * 100 >= musts.judgeable * kFloorPercent && musts.judged > 0) return;
  refusals.push_back("too little was judged: " + std::to_string(musts.judged) + " of " +
                     std::to_string(musts.judgeable) + " MUSTs that can be, and the floor is " +
                     std::to_string(kFloorPercent) +
                     " %; `loadline doctor` says what this host lacks");
}

}  // namespace

std::string_view ToText(Standing standing) {
  return standing == Standing::kPassed   ? "passed"
         : standing == Standing::kFailed ? "failed"
                                         : "not judged";
}

Conformity JudgeConformity(const Report& report, const WholeRun& whole) {
  Conformity conformity;
  Refusals& refusals = conformity.refusals;
  CheckSubjects(report, refusals);
  CheckRun(report, refusals);
  SortResults(report, conformity);
  if (report.kind == Kind::kValidation) return conformity;
  CheckIds(report, whole, refusals);
  CheckSuite(report, whole, refusals);
  auto version = schema::SpecVersion::Parse(report.spec);
  if (!version.has_value()) {
    refusals.push_back(report.spec + " is no version of the standard");
    return conformity;
  }
  conformity.requirements = StandingsOf(report.results, *version);
  conformity.musts = CoverageOf(conformity.requirements);
  CheckCoverage(conformity.musts, refusals);
  return conformity;
}

}  // namespace loadline::reports::certificates
