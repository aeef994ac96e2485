// SPDX-License-Identifier: Apache-2.0
// Certificate: an in-toto statement (test-result v0.1) about a subject, with ours in an extension
// member of it, in an envelope that carries the signatures.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/certificates/conformity.h"
#include "reports/certificates/envelope.h"
#include "reports/certificates/evidence.h"
#include "reports/certificates/moment.h"

namespace loadline::reports::certificates {

inline constexpr char kStatementType[] = "https://in-toto.io/Statement/v1";
inline constexpr char kPredicateType[] = "https://in-toto.io/attestation/test-result/v0.1";
// Where ours stands in the predicate.
inline constexpr char kExtension[] = "loadlineCertificate";

// What a statement is made from.
struct Claims {
  const Report* report = nullptr;
  const nlohmann::json* document = nullptr;  // the report's own JSON
  const Conformity* conformity = nullptr;    // without refusals
  EvidenceFile report_file;
  std::vector<EvidenceFile> evidence;  // the other files
  std::vector<SubjectFile> parts;      // of a layout: its manifests, by digest
  Tool signer;
  Moment issued = 0;
  Moment not_after = 0;
};

// The payload of an envelope.
std::string MakeStatement(const Claims& claims);

// A result as it was certified.
struct CertifiedResult {
  std::string id;
  Verdict verdict = Verdict::kPass;
  std::string digest;      // of its canonical JSON, in hexadecimal digits
  bool sometimes = false;  // its deviation comes and goes
};

// What was signed, read again.
class Certificate {
 public:
  // kUnreadable when the payload is no statement of ours, kAltered when it was altered or says less
  // than its schema wants. The signatures are to be checked before.
  static Result<Certificate> Parse(const Envelope& envelope);

  bool IsValidation() const;
  std::string Word() const;  // "conformant" or "conformant-except"
  std::string Spec() const;  // of a certification
  std::string SubjectName() const;
  Moment Issued() const;
  Moment NotBefore() const;
  Moment NotAfter() const;
  std::vector<SubjectFile> Subjects() const;  // path (or name) and digest
  // The command of a candidate: its first word is the program.
  std::vector<std::string> Command() const;
  std::vector<EvidenceFile> Evidence() const;  // the report first
  std::vector<CertifiedResult> Results() const;
  std::map<std::string, std::string> Suite() const;
  // Our part of the statement; for those who print it.
  const nlohmann::json& ours() const;
  const std::string& payload() const { return payload_; }

 private:
  std::string payload_;
  std::shared_ptr<const nlohmann::json> statement_;
};

// Of one result of a report.
std::string DigestOfResult(const nlohmann::json& result);

}  // namespace loadline::reports::certificates
