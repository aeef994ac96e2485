// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "reports/certificates/canonical_json.h"
#include "reports/certificates/checks.h"
#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json StatementOf(const Report& report) { return json::parse(SampleEnvelope(report).payload); }

TEST(Certificate, IsAStatementThatInTotoKnows) {
  Report report = WholeReport();
  report.results.push_back(KnownFailure("oci-runtime/root/readonly@1.2.0"));
  const json statement = StatementOf(report);
  EXPECT_EQ(statement["_type"], "https://in-toto.io/Statement/v1");
  EXPECT_EQ(statement["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
  ASSERT_EQ(statement["subject"].size(), 2U);
  EXPECT_EQ(statement["subject"][1]["name"], "/lib/libc.so.6");
  EXPECT_EQ("sha256:" + statement["subject"][1]["digest"]["sha256"].get<std::string>(),
            Sha256("libc"));
  const json& predicate = statement["predicate"];
  EXPECT_EQ(predicate["result"], "WARNED");
  EXPECT_EQ(predicate["passedTests"], json({"oci-runtime/everything@1.2.0"}));
  EXPECT_EQ(predicate["failedTests"], json({"oci-runtime/root/readonly@1.2.0"}));
  EXPECT_EQ(predicate["configuration"].size(), 4U);
  EXPECT_EQ(StatementOf(WholeReport())["predicate"]["result"], "PASSED");
}

TEST(Certificate, SaysWhatIsCertified) {
  Report report = WholeReport();
  report.results.push_back(KnownFailure("oci-runtime/root/readonly@1.2.0"));
  report.results.back().evidence = std::make_shared<json>(
      json{{"measured", {{"ratio", 1.25}, {"low", 1.0}, {"high", 1.5}, {"seed", 7}}}});
  const auto certificate = Certificate::Parse(SampleEnvelope(report));
  ASSERT_TRUE(certificate.has_value()) << certificate.error().ToLine();
  EXPECT_EQ(certificate->Word(), "conformant-except");
  EXPECT_EQ(certificate->Spec(), "1.2.0");
  EXPECT_EQ(certificate->SubjectName(), "candidate");
  EXPECT_EQ(certificate->Issued(), kSampleIssued);
  EXPECT_EQ(certificate->Command(), (std::vector<std::string>{"/bin/candidate"}));
  EXPECT_EQ(certificate->Results().size(), 2U);
  const json& ours = certificate->ours();
  EXPECT_EQ(ours["exceptions"][0]["reason"], "the release forgets it");
  EXPECT_EQ(ours["environment"]["kernel"], "6.1.0");
  EXPECT_EQ(ours["counts"]["fail"], 1);
  EXPECT_EQ(ours["figures"],
            json::parse(R"([{"id": "oci-runtime/root/readonly@1.2.0", "ratio": 1.25, "low": 1.0,
                             "high": 1.5, "seed": 7}])"));
  EXPECT_GT(ours["requirements"].size(), 400U);
}

TEST(Certificate, KeepsToItsSchema) {
  const json good = StatementOf(WholeReport());
  using Spoil = void (*)(json&);
  const Spoil spoils[] = {
      [](json& statement) { statement["more"] = 1; },
      [](json& statement) { statement["subject"] = json::array(); },
      [](json& statement) { statement["subject"][0]["digest"]["sha256"] = "abc"; },
      [](json& statement) { statement["predicate"]["result"] = "FAILED"; },
      [](json& statement) { statement["predicate"][kExtension].erase("results"); },
      [](json& statement) { statement["predicate"][kExtension].erase("musts"); },
      [](json& statement) { statement["predicate"][kExtension]["conformity"] = "perfect"; },
      [](json& statement) { statement["predicate"][kExtension]["notAfter"] = "soon"; },
      [](json& statement) {
        statement["predicate"][kExtension]["notAfter"] = "2026-02-31T00:00:00Z";
      },
      [](json& statement) { statement["predicate"][kExtension]["report"]["name"] = "../x"; },
      [](json& statement) { statement["predicate"][kExtension]["schemaVersion"] = "2.0.0"; }};
  for (const Spoil spoil : spoils) {
    json statement = good;
    spoil(statement);
    const auto read = Certificate::Parse({CanonicalText(statement), {}});
    ASSERT_FALSE(read.has_value()) << statement.dump();
    EXPECT_EQ(read.error().kind, ErrorKind::kAltered) << read.error().ToLine();
  }
  EXPECT_EQ(Certificate::Parse({good.dump(1), {}}).error().kind, ErrorKind::kAltered);
  EXPECT_EQ(Certificate::Parse({R"({"_type":"other"})", {}}).error().kind, ErrorKind::kUnreadable);
  EXPECT_EQ(Certificate::Parse({"[]", {}}).error().kind, ErrorKind::kUnreadable);
}

// Whether a text is taken for what was signed.
bool Holds(std::string_view text, const std::vector<PublicKey>& keys) {
  const auto envelope = Envelope::Parse(text);
  return envelope.has_value() && !AnyFails(CheckSignatures(*envelope, keys, keys.size(), false)) &&
         Certificate::Parse(*envelope).has_value();
}

struct SignedSample {
  std::string text;
  std::vector<PublicKey> keys;
};

SignedSample SignTwice(const Report& report) {
  const TempDir directory = TempDir::Make("certificate").value();
  Envelope envelope = SampleEnvelope(report);
  SignedSample sample;
  for (const char* kind : {"ED25519", "P-256"}) {
    const KeyFiles files(directory.path(), "key", kind);
    EXPECT_TRUE(envelope.Sign(files.ReadPrivate()).has_value());
    sample.keys.push_back(files.ReadPublic());
  }
  sample.text = envelope.ToText();
  EXPECT_TRUE(Holds(sample.text, sample.keys));
  return sample;
}

// Every byte; around the payload, whose bytes are signed, in every way that one bit can differ.
TEST(Certificate, HasNoByteThatCouldBeAnother) {
  const SignedSample sample = SignTwice(SoundReport());
  const size_t payload_end = sample.text.find("\",\"payloadType");
  for (size_t i = 0; i < sample.text.size(); ++i) {
    const bool in_payload = i > 20 && i + 20 < payload_end;
    std::string changed = sample.text;
    for (size_t bit = 0; bit < 8; ++bit) {
      if (in_payload && bit != i % 8) continue;
      changed[i] = static_cast<char>(sample.text[i] ^ 1 << bit);
      EXPECT_FALSE(Holds(changed, sample.keys)) << "byte " << i << ", bit " << bit;
    }
    changed.erase(i, 1);
    EXPECT_FALSE(Holds(changed, sample.keys)) << "without byte " << i;
    for (const char more : {' ', '\n', '=', '0', '\\'}) {
      if (in_payload && more != ' ') continue;
      changed = sample.text;
      changed.insert(i, 1, more);
      EXPECT_FALSE(Holds(changed, sample.keys)) << "'" << more << "' before byte " << i;
    }
  }
}

TEST(Certificate, NoticesAThousandChanges) {
  const SignedSample sample = SignTwice(WholeReport());
  constexpr size_t kChanges = 1000;
  for (size_t i = 0; i < kChanges; ++i) {
    const size_t place = i * (sample.text.size() - 1) / (kChanges - 1);
    std::string changed = sample.text;
    changed[place] = static_cast<char>(changed[place] + 1 + i % 255);
    EXPECT_FALSE(Holds(changed, sample.keys)) << "byte " << place;
  }
}

}  // namespace
}  // namespace loadline::reports::certificates
