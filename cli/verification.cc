// SPDX-License-Identifier: Apache-2.0
#include "cli/verification.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/certificates/evidence_map.h"
#include "reports/plain_text.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;
using Json = nlohmann::ordered_json;
using reports::OneLine;
using reports::Plural;

constexpr size_t kWidth = 12;

std::string Padded(std::string text) {
  text.resize(std::max(text.size(), kWidth), ' ');
  return text + " ";
}

std::string Mark(Outcome outcome) {
  return outcome == Outcome::kHolds ? "  " : outcome == Outcome::kFails ? "! " : "- ";
}

// "crun 1.8.1: conformant-except by OCI runtime-spec 1.0.2, 29 failed MUSTs".
std::string Summary(const Certificate& certificate) {
  const nlohmann::json& ours = certificate.ours();
  std::string text = certificate.SubjectName();
  const std::string version = ours["subjects"][0].value("version", "");
  if (!version.empty()) text += " " + version;
  text += ": " + certificate.Word();
  if (certificate.IsValidation()) return OneLine(text);
  text += " by OCI runtime-spec " + certificate.Spec();
  const size_t failed = ours["exceptions"].size();
  if (failed > 0) text += ", " + Plural(static_cast<int>(failed), "known failure");
  return OneLine(text);
}

std::string ExceptionsText(const nlohmann::json& exceptions, const char* what) {
  std::string text;
  for (const nlohmann::json& one : exceptions)
    text += std::string("  ") + what + " " + OneLine(one["result"].get<std::string>()) + ": " +
            OneLine(one["reason"].get<std::string>()) + "\n";
  return text;
}

std::string VerboseText(const Certificate& certificate) {
  if (certificate.IsValidation()) return "";
  const nlohmann::json& ours = certificate.ours();
  std::string text = ExceptionsText(ours["exceptions"], "fails") +
                     ExceptionsText(ours["beyond"], "fails (beyond the standard)");
  for (const CertifiedResult& result : certificate.Results()) {
    if (result.sometimes && result.verdict == reports::Verdict::kPass)
      text += "  passed, and is known to fail at times " + OneLine(result.id) + "\n";
  }
  for (const nlohmann::json& one : ours["requirements"]) {
    if (one["verdict"] != "not judged" || one["level"] != "MUST") continue;
    text += "  not judged " + OneLine(one["id"].get<std::string>()) + ": " +
            OneLine(one.value("why", "")) + "\n";
  }
  text += "evidence, by the questions of the Common Criteria (no assurance level is claimed):\n";
  for (const EvidenceQuestion& question : EvidenceQuestions())
    text += std::string("  ") + question.family + "  " + question.question + " " +
            question.answer(certificate) + "\n";
  return text;
}

}  // namespace

std::string LastLine(const Verification& verification) {
  if (verification.Valid()) return "VALID: " + Summary(*verification.certificate);
  std::string first;
  int more = -1;
  for (const Finding& finding : verification.findings) {
    if (finding.outcome != Outcome::kFails) continue;
    if (first.empty()) first = finding.message;
    ++more;
  }
  return "NOT VALID: " + first + (more > 0 ? " (and " + std::to_string(more) + " more)" : "");
}

std::string ToText(const Verification& verification, bool verbose) {
  std::string text = OneLine(verification.name) + "\n";
  for (const Finding& finding : verification.findings)
    text += Mark(finding.outcome) + Padded(finding.check) + finding.message + "\n";
  if (verbose && verification.certificate) text += VerboseText(*verification.certificate);
  return text;
}

Json ToJson(const Verification& verification) {
  Json json = {{"name", verification.name}, {"valid", verification.Valid()}};
  json["findings"] = Json::array();
  for (const Finding& finding : verification.findings)
    json["findings"].push_back({{"check", finding.check},
                                {"outcome", ToText(finding.outcome)},
                                {"message", finding.message}});
  if (!verification.certificate) return json;
  json["conformity"] = verification.certificate->Word();
  json["subject"] = verification.certificate->SubjectName();
  json["notAfter"] = reports::certificates::ToText(verification.certificate->NotAfter());
  return json;
}

}  // namespace loadline::cli
