// SPDX-License-Identifier: Apache-2.0
#include "reports/merge.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/result_key.h"
#include "reports/run_json.h"

namespace loadline::reports {
namespace {

// The worst first.
constexpr Verdict kByWeight[] = {
    Verdict::kError,        Verdict::kFail,        Verdict::kTimeout,     Verdict::kWarn,
    Verdict::kInconclusive, Verdict::kEnvironment, Verdict::kUnsupported, Verdict::kPass};

bool IsWorse(Verdict a, Verdict b) {
  const auto weight = [](Verdict verdict) {
    return std::find(std::begin(kByWeight), std::end(kByWeight), verdict);
  };
  return weight(a) < weight(b);
}

Error NotOne(const std::string& what, const std::string& one, const std::string& other) {
  return Failure(ErrorKind::kUsage,
                 "the reports are not parts of one: their " + what + " are \"" + one + "\" and \"" +
                     other + "\"",
                 "merge the shards of one run; `loadline compare` puts candidates side by side");
}

// What makes the numbers of two machines parts of one: kernel and layout of groups, and who called.
std::string HostText(const Report& report) {
  if (!report.host) return "";
  nlohmann::json host = nlohmann::json::object();
  for (const char* member : {"kernel", "architecture", "distribution", "cgroup", "rootless"}) {
    if (report.host->contains(member)) host[member] = report.host->at(member);
  }
  return host.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> CheckSame(const Report& one, const Report& other) {
  const auto same = [](const std::string& what, const std::string& a,
                       const std::string& b) -> Result<void> {
    if (a == b) return {};
    return NotOne(what, a, b);
  };
  RETURN_IF_ERROR(same("kinds", std::string(ToText(one.kind)), std::string(ToText(other.kind))));
  RETURN_IF_ERROR(same("versions of the standard", one.spec, other.spec));
  RETURN_IF_ERROR(same("versions of loadline", one.tool.version, other.tool.version));
  RETURN_IF_ERROR(same("commits of loadline", one.tool.commit, other.tool.commit));
  // A program that was built anew with the same commit may judge otherwise.
  const auto suite = [](const Report& report) { return nlohmann::json(report.suite).dump(); };
  RETURN_IF_ERROR(same("suites", suite(one), suite(other)));
  if (one.kind == Kind::kValidation) return {};
  RETURN_IF_ERROR(same("hosts", HostText(one), HostText(other)));
  const auto program = [](const Report& report) {
    if (report.subjects.size() != 1) return std::string();
    const Subject& subject = report.subjects.front();
    return subject.name + " " + subject.version + (subject.digest.empty() ? "" : " ") +
           subject.digest;
  };
  RETURN_IF_ERROR(same("candidates", program(one), program(other)));
  const auto files = [](const Report& report) {
    std::string all;
    for (const SubjectFile& file : report.files) all += (all.empty() ? "" : " ") + file.digest;
    return all;
  };
  return same("candidates' files", files(one), files(other));
}

void MergeSubjects(std::vector<Subject>& all, const std::vector<Subject>& more) {
  for (const Subject& subject : more) {
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const Subject& one) { return one.name == subject.name; });
    if (known == all.end()) {
      all.push_back(subject);
    } else if (Judges(subject.verdict) &&
               (!Judges(known->verdict) || IsWorse(subject.verdict, known->verdict))) {
      known->verdict = subject.verdict;
    }
  }
}

// As certify sorts them: by id, those of one id in the order in which they were found.
void MergeResults(std::vector<CheckResult>& all, std::vector<CheckResult> more) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < all.size(); ++i) places[KeyOf(all[i])] = i;
  for (CheckResult& result : more) {
    const auto known = places.find(KeyOf(result));
    if (known == places.end()) {
      all.push_back(std::move(result));
    } else if (IsWorse(result.verdict, all[known->second].verdict)) {
      all[known->second] = std::move(result);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const CheckResult& a, const CheckResult& b) {
    return std::tie(a.subject, a.id) < std::tie(b.subject, b.id);
  });
}

// One part that was not finished leaves the whole so. Called before the results are merged.
void MergeUnfinished(Report& whole, const Report& part) {
  if (!whole.unfinished && !part.unfinished) return;
  const auto planned = [](const Report& report) {
    return report.unfinished ? report.unfinished->planned : static_cast<int>(report.results.size());
  };
  const bool known = planned(whole) > 0 && planned(part) > 0;
  whole.unfinished = Unfinished{known ? planned(whole) + planned(part) : 0};
}

Result<void> CountAgain(Report& report) {
  if (report.kind == Kind::kValidation) return {};
  ASSIGN_OR_RETURN(const schema::SpecVersion version, schema::SpecVersion::Parse(report.spec));
  report.requirements =
      CountRequirements(report.results, "oci-runtime", version, schema::Addressee::kRuntime);
  report.beyond =
      CountRequirements(report.results, "loadline", version, schema::Addressee::kRuntime);
  return {};
}

}  // namespace

Result<Report> Merge(std::vector<Report> parts) {
  if (parts.empty()) return Failure("there is no report to merge", "name the parts");
  Report whole = std::move(parts.front());
  for (size_t i = 1; i < parts.size(); ++i) {
    RETURN_IF_ERROR(CheckSame(whole, parts[i]));
    whole.started = std::min(whole.started, parts[i].started);
    whole.duration_ms += parts[i].duration_ms;
    whole.rules_passed += parts[i].rules_passed;
    if (whole.run && parts[i].run) {
      whole.run = MergeRuns(*whole.run, *parts[i].run);
    } else {
      whole.run.reset();  // of one of them nobody knows
    }
    MergeUnfinished(whole, parts[i]);
    MergeSubjects(whole.subjects, parts[i].subjects);
    MergeResults(whole.results, std::move(parts[i].results));
  }
  RETURN_IF_ERROR(CountAgain(whole));
  return whole;
}

}  // namespace loadline::reports
