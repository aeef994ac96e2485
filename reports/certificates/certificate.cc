// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/certificate.h"

#include <nlohmann/json.hpp>

#include "reports/certificates/canonical_json.h"
#include "schema/schema_set.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

constexpr const char* kSchema = "loadline/certificate.json";

EvidenceFile EvidenceFrom(const json& entry) {
  return {entry["name"], entry["digest"], entry["size"]};
}

// The schema has seen to it that there is one, but not that the day is in the calendar.
Moment MomentAt(const json& ours, const char* member) {
  return MomentFromText(ours[member]).value_or(0);
}

Result<void> CheckSchema(const json& statement) {
  ASSIGN_OR_RETURN(const auto errors, schema::CheckSchema(kSchema, statement));
  if (errors.empty()) return {};
  return Altered("the statement does not keep to its schema: " + errors[0].pointer + ": " +
                 errors[0].message);
}

}  // namespace

Result<Certificate> Certificate::Parse(const Envelope& envelope) {
  Certificate certificate;
  certificate.payload_ = envelope.payload;
  ASSIGN_OR_RETURN(json statement, ParseJson(envelope.payload, "the statement"));
  const auto is = [&](const char* member, const char* value) {
    return statement.is_object() && statement.contains(member) && statement[member] == value;
  };
  if (!is("_type", kStatementType) || !is("predicateType", kPredicateType) ||
      !statement["predicate"].is_object() || !statement["predicate"].contains(kExtension))
    return NoCertificate("the statement is none of loadline",
                         "pass a file that `loadline sign` wrote");
  RETURN_IF_ERROR(CheckCanonical(statement, envelope.payload, "the statement"));
  RETURN_IF_ERROR(CheckSchema(statement));
  const json& ours = statement["predicate"][kExtension];
  for (const char* member : {"issued", "notBefore", "notAfter", "judged"}) {
    if (!MomentFromText(ours[member])) return Altered(std::string(member) + " is no moment");
  }
  certificate.statement_ = std::make_shared<const json>(std::move(statement));
  return certificate;
}

const json& Certificate::ours() const { return (*statement_)["predicate"][kExtension]; }

bool Certificate::IsValidation() const { return ours()["kind"] == "validation"; }
std::string Certificate::Word() const { return ours()["conformity"]; }

std::string Certificate::Spec() const { return ours().value("/standard/version"_json_pointer, ""); }

std::string Certificate::SubjectName() const {
  std::string names;
  for (const json& subject : ours()["subjects"])
    names += (names.empty() ? "" : ", ") + subject["name"].get<std::string>();
  return names;
}

Moment Certificate::Issued() const { return MomentAt(ours(), "issued"); }
Moment Certificate::NotBefore() const { return MomentAt(ours(), "notBefore"); }
Moment Certificate::NotAfter() const { return MomentAt(ours(), "notAfter"); }

std::vector<SubjectFile> Certificate::Subjects() const {
  std::vector<SubjectFile> subjects;
  for (const json& subject : (*statement_)["subject"]) {
    const auto digest = subject["digest"].begin();
    subjects.push_back({subject["name"], digest.key() + ":" + digest->get<std::string>()});
  }
  return subjects;
}

std::vector<std::string> Certificate::Command() const {
  return ours()["subjects"][0].value("command", std::vector<std::string>());
}

std::vector<EvidenceFile> Certificate::Evidence() const {
  std::vector<EvidenceFile> files{EvidenceFrom(ours()["report"])};
  for (const json& file : ours()["evidence"]) files.push_back(EvidenceFrom(file));
  return files;
}

std::vector<CertifiedResult> Certificate::Results() const {
  std::vector<CertifiedResult> results;
  for (const json& entry : ours()["results"])
    results.push_back({entry["id"], VerdictFromText(entry["verdict"].get<std::string>()).value(),
                       entry["sha256"], entry.value("sometimes", false)});
  return results;
}

std::map<std::string, std::string> Certificate::Suite() const { return ours()["suite"]; }

}  // namespace loadline::reports::certificates
