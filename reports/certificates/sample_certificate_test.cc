// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/sample_certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "reports/model_json.h"

namespace loadline::reports::certificates {
namespace {

constexpr const char* kSampleDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

KeyPointer NewKey(const std::string& kind) {
  if (kind == "ED25519") return KeyPointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (kind == "RSA") return KeyPointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048}));
  return KeyPointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str()));
}

}  // namespace

KeyFiles::KeyFiles(const std::string& directory, const std::string& name, const std::string& kind,
                   const std::string& passphrase)
    : private_path_(directory + "/" + name + ".pem"),
      public_path_(directory + "/" + name + ".pub.pem") {
  const KeyPointer key = NewKey(kind);
  FILE* file = fopen(private_path_.c_str(), "we");
  const bool secret = !passphrase.empty();
  PEM_write_PrivateKey(file, key.get(), secret ? EVP_aes_256_cbc() : nullptr,
                       secret ? reinterpret_cast<const unsigned char*>(passphrase.data()) : nullptr,
                       static_cast<int>(passphrase.size()), nullptr, nullptr);
  fclose(file);
  chmod(private_path_.c_str(), 0600);
  file = fopen(public_path_.c_str(), "we");
  PEM_write_PUBKEY(file, key.get());
  fclose(file);
}

Report WholeReport() {
  Report report;
  report.kind = Kind::kCertification;
  report.tool = {"loadline", "0.1.0", "abc"};
  report.spec = "1.2.0";
  report.host = std::make_shared<nlohmann::json>(nlohmann::json{
      {"kernel", "6.1.0"}, {"architecture", "x86_64"}, {"cgroup", "v2"}, {"rootless", false}});
  report.started = "2026-01-02T03:00:00Z";
  report.run.emplace().batteries = {"cases", "isolation"};
  for (const char* name : {"cases", "ledger/oci-runtime", "loadline", "probe"})
    report.suite[name] = kSampleDigest;
  Subject subject{"candidate", "runtime", kSampleDigest, "1.0", {"/bin/candidate"}, Verdict::kPass};
  report.files = {{"/bin/candidate", kSampleDigest}, {"/lib/libc.so.6", Sha256("libc")}};
  report.subjects.push_back(std::move(subject));
  // One case that is about everything keeps samples small.
  CheckResult result;
  result.id = "oci-runtime/everything@1.2.0";
  result.subject = "candidate";
  for (const schema::Requirement& requirement : schema::FindLedger("oci-runtime")->requirements) {
    if (requirement.reason.empty()) result.requirements.push_back(requirement.id);
  }
  report.results.push_back(std::move(result));
  return report;
}

WholeRun WholeOf(const Report& report) {
  WholeRun whole;
  for (const CheckResult& result : report.results) whole.ids.push_back(result.id);
  whole.suite = report.suite;
  return whole;
}

CheckResult KnownFailure(const std::string& id) {
  CheckResult result;
  result.id = id;
  result.subject = "candidate";
  result.requirements = {"oci-runtime/config/root/readonly"};
  result.verdict = result.expected = Verdict::kFail;
  result.message = "the root is writable";
  result.reason = "the release forgets it";
  return result;
}

Report SoundReport() {
  Report report;
  report.kind = Kind::kValidation;
  report.tool = {"loadline", "0.1.0", "abc"};
  report.started = "2026-01-02T03:00:00Z";
  report.run.emplace();
  report.subjects.push_back({"bundle", "bundle", kSampleDigest, "", {}, Verdict::kPass});
  report.rules_passed = 7;
  return report;
}

std::string TextOfReport(const Report& report) { return ToJson(report).dump(2) + "\n"; }

Envelope SampleEnvelope(const Report& report, std::vector<EvidenceFile> evidence) {
  const std::string text = TextOfReport(report);
  const nlohmann::json document = nlohmann::json::parse(text);
  const Conformity conformity = JudgeConformity(report, WholeOf(report));
  Claims claims;
  claims.report = &report;
  claims.document = &document;
  claims.conformity = &conformity;
  claims.report_file = {"report.json", Sha256(text), text.size()};
  claims.evidence = std::move(evidence);
  claims.signer = {"loadline", "0.1.0", "def"};
  claims.issued = kSampleIssued;
  claims.not_after = kSampleIssued + 180 * kDay;
  return {MakeStatement(claims), {}};
}

}  // namespace loadline::reports::certificates
