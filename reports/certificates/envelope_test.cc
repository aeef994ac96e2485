// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

constexpr const char* kIdA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr const char* kIdB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

std::string EnvelopeText(const std::string& signatures) {
  return R"({"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[)" +
         signatures + "]}\n";
}

std::string SignatureText(const std::string& id, const std::string& sig = "YQ==") {
  return R"({"keyid":")" + id + R"(","sig":")" + sig + R"("})";
}

TEST(Envelope, SignsTypeAndPayloadWithTheirLengths) {
  EXPECT_EQ((Envelope{"hello world", {}}.SignedBytes()),
            "DSSEv1 28 application/vnd.in-toto+json 11 hello world");
}

TEST(Envelope, IsReadAsItWasWritten) {
  const TempDir directory = TempDir::Make("envelope").value();
  Envelope envelope{"{}", {}};
  for (const char* name : {"one", "two", "three"})
    ASSERT_TRUE(
        envelope.Sign(KeyFiles(directory.path(), name, "ED25519").ReadPrivate()).has_value());
  const auto again = Envelope::Parse(envelope.ToText());
  ASSERT_TRUE(again.has_value()) << again.error().ToLine();
  EXPECT_EQ(again->ToText(), envelope.ToText());
  EXPECT_EQ(again->signatures.size(), 3U);
}

TEST(Envelope, HasEachKeyOnce) {
  const TempDir directory = TempDir::Make("envelope").value();
  const KeyFiles files(directory.path(), "key", "P-256");
  Envelope envelope{"{}", {}};
  ASSERT_TRUE(envelope.Sign(files.ReadPrivate()).has_value());
  ASSERT_TRUE(envelope.Sign(files.ReadPrivate()).has_value());
  EXPECT_EQ(envelope.signatures.size(), 1U);
}

TEST(Envelope, WithAnotherSpellingIsAltered) {
  const std::string good = EnvelopeText(SignatureText(kIdA));
  ASSERT_TRUE(Envelope::Parse(good).has_value());
  const std::string a = SignatureText(kIdA);
  const std::string b = SignatureText(kIdB);
  for (const std::string& text :
       {good.substr(0, good.size() - 1), good + "\n", "{ " + good.substr(1),
        EnvelopeText(b + "," + a), EnvelopeText(a + "," + a), EnvelopeText(""),
        EnvelopeText(SignatureText(kIdA, "YR==")), EnvelopeText(SignatureText(kIdA, "")),
        EnvelopeText(SignatureText("short")), EnvelopeText(R"({"keyid":"","sig":"YQ=="})"),
        EnvelopeText(R"({"keyid":1,"sig":"YQ=="})"), EnvelopeText("1"),
        EnvelopeText(R"({"cert":"",)" + a.substr(1))}) {
    const auto read = Envelope::Parse(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kAltered) << text << read.error().ToLine();
  }
}

TEST(Envelope, OfSomethingElseIsNone) {
  std::string deep(100000, '[');
  for (const std::string& text :
       {std::string(), std::string("{}\n"), std::string("[]\n"), std::string("hello"),
        std::string("{\"payload\":\"e30=\"}\n"), "{\"a\":" + deep + "\n",
        std::string("{\"payload\":\"e30=\",\"payloadType\":\"text/plain\",\"signatures\":[]}\n")}) {
    const auto read = Envelope::Parse(text);
    ASSERT_FALSE(read.has_value()) << text.substr(0, 80);
    EXPECT_EQ(read.error().kind, ErrorKind::kUnreadable) << text.substr(0, 80);
  }
  EXPECT_EQ(Envelope::Parse(EnvelopeText(R"({"keyid":"","sig":"YQ==","sig":"YQ=="})")).error().kind,
            ErrorKind::kUnreadable);
  // What is nested is never written again, which would recurse.
  const std::string closed = "{\"a\":" + deep + std::string(100000, ']') + "}\n";
  EXPECT_FALSE(Envelope::Parse(closed).has_value());
}

}  // namespace
}  // namespace loadline::reports::certificates
