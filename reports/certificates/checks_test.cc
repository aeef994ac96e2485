// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "reports/certificates/sample_certificate.h"
#include "reports/model_json.h"

namespace loadline::reports::certificates {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

auto Says(Outcome outcome, const std::string& message) {
  return AllOf(Field(&Finding::outcome, outcome), Field(&Finding::message, HasSubstr(message)));
}

Certificate SampleOf(const Report& report, std::vector<EvidenceFile> evidence = {}) {
  return Certificate::Parse(SampleEnvelope(report, std::move(evidence))).value();
}

class SignatureChecks : public testing::Test {
 protected:
  SignatureChecks() {
    for (const char* name : {"one", "two", "three"})
      files_.emplace_back(directory_.path(), name, "ED25519");
  }
  Envelope SignedBy(const std::vector<size_t>& signers) const {
    Envelope envelope = SampleEnvelope(SoundReport());
    for (const size_t i : signers) EXPECT_TRUE(envelope.Sign(files_[i].ReadPrivate()).has_value());
    return envelope;
  }
  std::vector<PublicKey> KeysOf(const std::vector<size_t>& numbers) const {
    std::vector<PublicKey> keys;
    for (const size_t i : numbers) keys.push_back(files_[i].ReadPublic());
    return keys;
  }
  TempDir directory_ = TempDir::Make("checks").value();
  std::vector<KeyFiles> files_;
};

TEST_F(SignatureChecks, CountDifferentKeys) {
  EXPECT_FALSE(AnyFails(CheckSignatures(SignedBy({0}), KeysOf({0}), 1, false)));
  EXPECT_FALSE(AnyFails(CheckSignatures(SignedBy({0, 1}), KeysOf({0, 1}), 2, false)));
  EXPECT_FALSE(AnyFails(CheckSignatures(SignedBy({0, 1}), KeysOf({0, 1, 2}), 2, false)));
  EXPECT_THAT(CheckSignatures(SignedBy({0}), KeysOf({0, 1}), 2, false),
              Contains(Says(Outcome::kFails, "1 of the keys given has signed, and 2 have to")));
  EXPECT_THAT(CheckSignatures(SignedBy({2}), KeysOf({0}), 1, true),
              ElementsAre(Says(Outcome::kFails, "0 of the keys given have signed")));
}

TEST_F(SignatureChecks, LetNoOtherSignatureBe) {
  EXPECT_THAT(CheckSignatures(SignedBy({0, 1}), KeysOf({0}), 1, false),
              Contains(Says(Outcome::kFails, "which was not given")));
  EXPECT_FALSE(AnyFails(CheckSignatures(SignedBy({0, 1}), KeysOf({0}), 1, true)));
}

TEST_F(SignatureChecks, OneThatIsWrongIsWrongWhateverTheThreshold) {
  Envelope envelope = SignedBy({0, 1});
  envelope.signatures[0].bytes = envelope.signatures[1].bytes;
  EXPECT_THAT(CheckSignatures(envelope, KeysOf({0, 1}), 1, true),
              Contains(Says(Outcome::kFails, "is not over this statement")));
  envelope = SignedBy({0});
  envelope.payload += " ";
  EXPECT_TRUE(AnyFails(CheckSignatures(envelope, KeysOf({0}), 1, false)));
  // Another key's name on it does not make it that key's.
  envelope = SignedBy({0});
  envelope.signatures[0].key_id = files_[1].ReadPublic().id();
  EXPECT_TRUE(AnyFails(CheckSignatures(envelope, KeysOf({0, 1}), 1, true)));
}

TEST(ValidityCheck, IsByTheClock) {
  const Certificate certificate = SampleOf(SoundReport());
  const auto at = [&](Moment now) {
    return CheckValidity(certificate, {now, false, kSampleIssued - kDay});
  };
  EXPECT_FALSE(AnyFails(at(kSampleIssued)));
  EXPECT_FALSE(AnyFails(at(kSampleIssued - 60)));  // clocks differ a little
  EXPECT_FALSE(AnyFails(at(kSampleIssued + 180 * kDay)));
  EXPECT_THAT(at(kSampleIssued + 180 * kDay + 1), ElementsAre(Says(Outcome::kFails, "it ended")));
  EXPECT_THAT(at(kSampleIssued - 3600), ElementsAre(Says(Outcome::kFails, "from the future")));
  EXPECT_THAT(at(kSampleIssued - 2 * kDay),
              ElementsAre(Says(Outcome::kFails, "before this program was made")));
  // Somebody who asks about the past may.
  EXPECT_FALSE(AnyFails(CheckValidity(certificate, {kSampleIssued, true, kSampleIssued + kDay})));
}

TEST(MachineCheck, NamesWhatDiffers) {
  const Certificate certificate = SampleOf(WholeReport());
  EXPECT_FALSE(AnyFails(CheckMachine(certificate, {"6.1.0", "x86_64", "v2"})));
  EXPECT_THAT(CheckMachine(certificate, {"6.1.1", "x86_64", "v1"}),
              ElementsAre(Says(Outcome::kFails, "its kernel is 6.1.0, and here it is 6.1.1"),
                          Says(Outcome::kFails, "its cgroup is v2, and here it is v1")));
}

TEST(CandidateCheck, WantsTheSameFilesWhereverTheyAre) {
  const Report report = WholeReport();
  const Certificate certificate = SampleOf(report);
  std::vector<SubjectFile> files = report.files;
  files[0].path = "/opt/candidate";
  EXPECT_FALSE(AnyFails(CheckCandidate(certificate, "candidate", files)));
  files[1].digest = Sha256("another libc");
  EXPECT_THAT(CheckCandidate(certificate, "candidate", files),
              ElementsAre(Says(Outcome::kFails, "no file that is the certified /lib/libc.so.6"),
                          Says(Outcome::kFails, "which was not certified")));
}

TEST(EvidenceCheck, WantsEachFileAndNoOther) {
  const TempDir directory = TempDir::Make("evidence").value();
  const auto in = [&](const char* name) { return directory.path() + "/" + name; };
  const std::string text = TextOfReport(WholeReport());
  ASSERT_TRUE(WriteFileAtomically(in("log.txt"), "what was said").has_value());
  const auto evidence = CollectEvidence({in("log.txt")});
  ASSERT_TRUE(evidence.has_value());
  ASSERT_TRUE(WriteFileAtomically(in("report.json"), text).has_value());
  const Certificate certificate = SampleOf(WholeReport(), *evidence);
  EXPECT_FALSE(AnyFails(CheckEvidence(certificate, in("report.json"), "")));
  EXPECT_FALSE(AnyFails(CheckEvidence(certificate, "", directory.path())));
  EXPECT_THAT(CheckEvidence(certificate, "", ""), ElementsAre(Says(Outcome::kNotAsked, "2 files")));
  // Each byte of both files.
  for (const char* name : {"report.json", "log.txt"}) {
    const std::string before = ReadFile(in(name)).value();
    const size_t step = std::max<size_t>(1, before.size() / 500);
    for (size_t i = 0; i < before.size(); i += step) {
      std::string after = before;
      after[i] = static_cast<char>(after[i] ^ (1 << i % 8));
      ASSERT_TRUE(WriteFileAtomically(in(name), after).has_value());
      EXPECT_TRUE(AnyFails(CheckEvidence(certificate, "", directory.path()))) << name << " " << i;
    }
    ASSERT_TRUE(WriteFileAtomically(in(name), before + "\n").has_value());
    EXPECT_THAT(CheckEvidence(certificate, "", directory.path()),
                ElementsAre(Says(Outcome::kFails, "is not the file that was certified")));
    ASSERT_TRUE(WriteFileAtomically(in(name), before).has_value());
  }
  ASSERT_TRUE(WriteFileAtomically(in("more.txt"), "").has_value());
  EXPECT_THAT(CheckEvidence(certificate, "", directory.path()),
              ElementsAre(Says(Outcome::kFails, "more.txt is there and was not certified")));
  std::filesystem::remove(in("more.txt"));
  std::filesystem::remove(in("log.txt"));
  EXPECT_THAT(CheckEvidence(certificate, "", directory.path()),
              ElementsAre(Says(Outcome::kFails, "log.txt is missing")));
  std::filesystem::create_symlink("report.json", in("log.txt"));
  EXPECT_TRUE(AnyFails(CheckEvidence(certificate, "", directory.path())));
}

TEST(EvidenceCheck, WhoSignsAgainShowsEachFile) {
  const TempDir directory = TempDir::Make("evidence").value();
  const auto in = [&](const char* name) { return directory.path() + "/" + name; };
  ASSERT_TRUE(WriteFileAtomically(in("log.txt"), "what was said").has_value());
  ASSERT_TRUE(WriteFileAtomically(in("more.txt"), "more").has_value());
  ASSERT_TRUE(WriteFileAtomically(in("report.json"), TextOfReport(WholeReport())).has_value());
  const Certificate certificate = SampleOf(WholeReport(), CollectEvidence({in("log.txt")}).value());
  const std::string report = in("report.json");
  EXPECT_FALSE(AnyFails(CheckEvidenceFiles(certificate, report, {in("log.txt")})));
  EXPECT_THAT(CheckEvidenceFiles(certificate, report, {}),
              ElementsAre(Says(Outcome::kFails, "log.txt was not given")));
  EXPECT_THAT(CheckEvidenceFiles(certificate, report, {in("log.txt"), in("more.txt")}),
              ElementsAre(Says(Outcome::kFails, "more.txt was not certified")));
  ASSERT_TRUE(WriteFileAtomically(in("log.txt"), "what was Said").has_value());
  EXPECT_THAT(CheckEvidenceFiles(certificate, report, {in("log.txt")}),
              ElementsAre(Says(Outcome::kFails, "is not the file that was certified")));
  EXPECT_TRUE(AnyFails(CheckEvidenceFiles(certificate, in("more.txt"), {in("log.txt")})));
}

TEST(EvidenceCheck, HasNoTwoFilesOfOneName) {
  const TempDir directory = TempDir::Make("evidence").value();
  for (const char* folder : {"a", "b"}) {
    std::filesystem::create_directory(directory.path() + "/" + folder);
    ASSERT_TRUE(
        WriteFileAtomically(directory.path() + "/" + folder + "/log.txt", folder).has_value());
  }
  EXPECT_FALSE(CollectEvidence({directory.path() + "/a/log.txt", directory.path() + "/b/log.txt"})
                   .has_value());
  // A directory or a fifo is no file, and nobody waits for one.
  EXPECT_EQ(CollectEvidence({directory.path()}).error().kind, ErrorKind::kUnreadable);
  const std::string fifo = directory.path() + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(CollectEvidence({fifo}).error().kind, ErrorKind::kUnreadable);
}

TEST(ResultChecks, KnowEachResultByItsDigest) {
  const Report report = WholeReport();
  const Certificate certificate = SampleOf(report);
  nlohmann::json result = nlohmann::json::parse(TextOfReport(report))["results"][0];
  EXPECT_THAT(CheckShownResult(certificate, result),
              ElementsAre(Says(Outcome::kHolds, "is a certified result: pass")));
  result["message"] = "but";
  EXPECT_THAT(CheckShownResult(certificate, result),
              ElementsAre(Says(Outcome::kFails, "is not the result that was certified")));
  EXPECT_TRUE(AnyFails(CheckShownResult(certificate, nlohmann::json("x"))));
}

}  // namespace
}  // namespace loadline::reports::certificates
