// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/against_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/certificates/canonical_json.h"
#include "reports/plain_text.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

constexpr const char* kCheck = "statement";

std::string Shown(const json* value) {
  return value == nullptr ? "nothing" : Shortened(CanonicalText(*value), 60);
}

const json* Member(const json& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const json* Element(const json& array, size_t index) {
  return index < array.size() ? &array[index] : nullptr;
}

std::string Below(const std::string& place, const std::string& name) {
  return place.empty() ? name : place + "/" + name;
}

std::string FirstDifference(const json* said, const json* reported, const std::string& place);

// In the first member of the two that differs; null when none does.
std::string DifferenceInMembers(const json& said, const json& reported, const std::string& place) {
  json names = reported;
  names.update(said);
  for (const auto& [name, value] : names.items()) {
    const std::string found =
        FirstDifference(Member(said, name), Member(reported, name), Below(place, name));
    if (!found.empty()) return found;
  }
  return "";
}

std::string DifferenceInElements(const json& said, const json& reported, const std::string& place) {
  for (size_t i = 0; i < std::max(said.size(), reported.size()); ++i) {
    const std::string found =
        FirstDifference(Element(said, i), Element(reported, i), Below(place, std::to_string(i)));
    if (!found.empty()) return found;
  }
  return "";
}

// "counts/pass is 5, and by the report 4"; empty when the two say the same.
std::string FirstDifference(const json* said, const json* reported, const std::string& place) {
  if (said != nullptr && reported != nullptr) {
    if (*said == *reported) return "";
    if (said->is_object() && reported->is_object())
      return DifferenceInMembers(*said, *reported, place);
    if (said->is_array() && reported->is_array())
      return DifferenceInElements(*said, *reported, place);
  }
  return OneLine(place + " is " + Shown(said) + ", and by the report " + Shown(reported));
}

Claims ClaimsOf(const Certificate& certificate, const Reported& reported) {
  const json& ours = certificate.ours();
  Claims claims;
  claims.report = reported.report;
  claims.document = reported.document;
  std::vector<EvidenceFile> files = certificate.Evidence();
  claims.report_file = files.front();
  claims.evidence.assign(files.begin() + 1, files.end());
  claims.signer = {"loadline", ours["signedBy"]["version"], ours["signedBy"]["commit"]};
  claims.issued = certificate.Issued();
  claims.not_after = certificate.NotAfter();
  return claims;
}

// The images that a statement names beside what the report does: they stand last.
std::vector<SubjectFile> PartsSaid(const Certificate& certificate, const Report& report) {
  const bool layouts = std::any_of(report.subjects.begin(), report.subjects.end(),
                                   [](const Subject& one) { return one.type == "image"; });
  std::vector<SubjectFile> subjects = certificate.Subjects();
  const size_t of_report = report.files.empty() ? report.subjects.size() : report.files.size();
  subjects.erase(subjects.begin(),
                 subjects.begin() + static_cast<ptrdiff_t>(std::min(of_report, subjects.size())));
  return layouts ? subjects : std::vector<SubjectFile>();
}

// What a certificate says of itself, and the report cannot know.
void TakeOver(const json& ours, json& anew) { anew["schemaVersion"] = ours["schemaVersion"]; }

// Another release's ledger may have other requirements.
bool SameLedger(const Reported& reported) {
  const auto of = [](const std::map<std::string, std::string>& suite) {
    const auto found = suite.find("ledger/oci-runtime");
    return found == suite.end() ? "" : found->second;
  };
  return of(reported.suite) == of(reported.report->suite);
}

void LeaveOutLedger(const json& ours, json& anew) {
  for (const char* member : {"musts", "requirements"}) anew[member] = ours[member];
}

// Each part of the statement by itself, so that all that is wrong is named.
Findings Compare(const json& said, const json& anew) {
  Findings findings;
  const auto compare = [&](const json& one, const json& other, const char* left_out) {
    json names = other;
    names.update(one);
    for (const auto& [name, value] : names.items()) {
      if (name == left_out) continue;
      const std::string difference = FirstDifference(Member(one, name), Member(other, name), name);
      if (!difference.empty())
        findings.push_back({kCheck, Outcome::kFails, "it contradicts its report: " + difference});
    }
  };
  compare(said, anew, "predicate");
  compare(said["predicate"], anew["predicate"], kExtension);
  compare(said["predicate"][kExtension], anew["predicate"][kExtension], "");
  // Such as a number in another spelling.
  if (findings.empty() && CanonicalText(said) != CanonicalText(anew))
    findings.push_back({kCheck, Outcome::kFails, "it is not written as its report is"});
  return findings;
}

}  // namespace

Findings CheckAgainstReport(const Certificate& certificate, const Reported& reported) {
  const Report& report = *reported.report;
  const bool certification = report.kind == Kind::kCertification;
  if (certification && (!report.run || !report.host))
    return {{kCheck, Outcome::kFails,
             "no statement is made of a report that does not say what it "
             "left out, and where it was made"}};
  const std::vector<SubjectFile> said = PartsSaid(certificate, report);
  Claims claims = ClaimsOf(certificate, reported);
  claims.parts = reported.parts.value_or(said);
  const Conformity conformity = JudgeConformity(report, {});
  claims.conformity = &conformity;
  json anew = json::parse(MakeStatement(claims));
  json& ours = anew["predicate"][kExtension];
  TakeOver(certificate.ours(), ours);
  const bool by_ledger = certification && !certificate.IsValidation();
  if (by_ledger && !SameLedger(reported)) LeaveOutLedger(certificate.ours(), ours);
  Findings findings = Compare(json::parse(certificate.payload()), anew);
  if (findings.empty())
    findings.push_back({kCheck, Outcome::kHolds,
                        "says what its report says, " +
                            Plural(static_cast<int>(report.results.size()), "result")});
  if (by_ledger && !SameLedger(reported))
    findings.push_back({kCheck, Outcome::kNotAsked,
                        "how each requirement stands: another release judged, by its own ledger"});
  if (!reported.parts && !said.empty())
    findings.push_back({kCheck, Outcome::kNotAsked,
                        "whether " + OneLine(said.front().path) +
                            (said.size() > 1 ? " and the other images are" : " is") +
                            " of the layout that was judged: the report names its index alone"});
  return findings;
}

}  // namespace loadline::reports::certificates
