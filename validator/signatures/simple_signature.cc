// SPDX-License-Identifier: Apache-2.0
#include "validator/signatures/simple_signature.h"

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/signatures/openpgp.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

constexpr char kType[] = "atomic container signature";

// Every OpenPGP packet begins with a byte whose highest bit is set; armour is text.
bool LooksLikeOpenPgp(std::string_view bytes) {
  return !bytes.empty() && ((bytes[0] & 0x80) != 0 || bytes.starts_with("-----BEGIN PGP "));
}

void CheckPayload(const std::string& payload, const std::string& path,
                  const reports::Location& where, Findings& findings) {
  const Json json = Json::parse(payload, nullptr, false);
  const std::string wrong =
      json.is_discarded() ? "what is signed is not JSON" : WrongInPayload(json, kType);
  if (!wrong.empty())
    return findings.Report("signature/payload", where, wrong, "sign it with skopeo or podman");
  const std::string digest = StringAt(json, "/critical/image/docker-manifest-digest").value_or("");
  const std::string manifest = path.substr(0, path.rfind('/') + 1) + "manifest.json";
  const auto beside = ReadFile(manifest, size_t{4} << 20);
  if (beside.has_value() && digest.starts_with("sha256:") && Sha256(*beside) != digest)
    findings.Report("signature/digest", where,
                    "it signs " + digest + ", and the manifest beside it is " + Sha256(*beside),
                    "it is the signature of another image");
}

}  // namespace

std::string WrongInPayload(const Json& payload, std::string_view type) {
  const auto said = StringAt(payload, "/critical/type");
  const auto digest = StringAt(payload, "/critical/image/docker-manifest-digest");
  const auto reference = StringAt(payload, "/critical/identity/docker-reference");
  if (said != type) return "critical.type is not \"" + std::string(type) + "\"";
  if (!digest || !WrongInDigest(*digest).empty())
    return "critical.image.docker-manifest-digest is no digest";
  if (!reference || (!reference->empty() && !Follows("reference", *reference)))
    return "critical.identity.docker-reference is no reference";
  return "";
}

Result<Judgement> ValidateSignature(const OpenedSubject& subject, const ValidateOptions& options) {
  Findings findings(subject.path, options.spec);
  const reports::Location where{subject.file, 1, 1, ""};
  if (!LooksLikeOpenPgp(subject.beginning)) {
    findings.Report("signature/openpgp", where, "it is no OpenPGP message",
                    "a simple signature is a message that gpg signed");
  } else if (!options.keyring.empty()) {
    ASSIGN_OR_RETURN(const Verification verified, VerifyMessage(subject.path, options.keyring));
    if (!verified.good)
      findings.Report("signature/verified", where, verified.who, "trust nothing that it says");
    if (verified.good) CheckPayload(verified.payload, subject.path, where, findings);
  }
  findings.CountSilentRules(SubjectType::kSignature);
  reports::Subject judged;
  judged.name = subject.path;
  judged.type = ToText(SubjectType::kSignature);
  judged.digest = Sha256(subject.beginning);
  return std::move(findings).Finish(std::move(judged));
}

}  // namespace loadline::validator
