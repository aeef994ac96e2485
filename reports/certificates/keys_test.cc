// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

using testing::HasSubstr;
using testing::Not;

class Keys : public testing::Test {
 protected:
  std::string In(const std::string& name) const { return directory_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    ASSERT_TRUE(WriteFileAtomically(In(name), text, mode).has_value());
    ASSERT_EQ(chmod(In(name).c_str(), mode), 0);
  }
  TempDir directory_ = TempDir::Make("keys").value();
};

TEST_F(Keys, OfBothKindsSignAndVerify) {
  for (const char* kind : {"ED25519", "P-256"}) {
    const KeyFiles files(directory_.path(), "key", kind);
    const KeyFiles others(directory_.path(), "other", kind);
    const PrivateKey key = files.ReadPrivate();
    const std::string signature = key.Sign("message").value();
    const PublicKey verifier = files.ReadPublic();
    EXPECT_EQ(key.id(), verifier.id());
    EXPECT_EQ(key.id().size(), 64U);
    EXPECT_TRUE(verifier.Verifies("message", signature));
    EXPECT_FALSE(verifier.Verifies("Message", signature));
    EXPECT_FALSE(verifier.Verifies("message", signature + "x"));
    EXPECT_FALSE(verifier.Verifies("message", ""));
    EXPECT_FALSE(others.ReadPublic().Verifies("message", signature));
    EXPECT_NE(others.ReadPublic().id(), verifier.id());
  }
}

// SHA-256 of `openssl pkey -pubin -outform DER`; the point of a curve may be spelled in two ways,
// and is one key.
TEST_F(Keys, HaveOneIdHoweverTheyAreSpelled) {
  Write("full.pem",
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqDH9vKDDCDtL7hiQp0uiGG+UE0Cu\n"
        "SXFeundxjqXA4dl7AksjcsCej1+4jRm7i6KbhmtzZ7fuZPRRsZS1duHv4A==\n"
        "-----END PUBLIC KEY-----\n");
  Write("compressed.pem",
        "-----BEGIN PUBLIC KEY-----\n"
        "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACqDH9vKDDCDtL7hiQp0uiGG+UE0Cu\n"
        "SXFeundxjqXA4dk=\n"
        "-----END PUBLIC KEY-----\n");
  const auto full = PublicKey::Read(In("full.pem"));
  const auto compressed = PublicKey::Read(In("compressed.pem"));
  ASSERT_TRUE(full.has_value()) << full.error().ToLine();
  ASSERT_TRUE(compressed.has_value()) << compressed.error().ToLine();
  EXPECT_EQ(full->id(), "e86ec56e4ea9bda59c17bdc9a798da456608b0b0c6da713640edb7a05fa05327");
  EXPECT_EQ(compressed->id(), full->id());
}

TEST_F(Keys, ThatOthersCanReadAreRefused) {
  const KeyFiles files(directory_.path(), "key", "ED25519");
  for (const mode_t mode : {0640, 0604, 0620, 0777}) {
    ASSERT_EQ(chmod(files.private_path().c_str(), mode), 0);
    const auto key = PrivateKey::Read(files.private_path());
    ASSERT_FALSE(key.has_value());
    EXPECT_EQ(key.error().kind, ErrorKind::kUnreadable);
    EXPECT_THAT(key.error().ToLine(), HasSubstr("chmod 600 "));
  }
}

TEST_F(Keys, ThatAreEncryptedWantAFile) {
  const KeyFiles files(directory_.path(), "key", "P-256", "open sesame");
  const auto asked = PrivateKey::Read(files.private_path());
  ASSERT_FALSE(asked.has_value());
  EXPECT_THAT(asked.error().ToLine(), HasSubstr("--passphrase-file"));
  Write("right", "open sesame\n");
  Write("wrong", "open barley\n");
  Write("public", "open sesame\n", 0644);
  EXPECT_TRUE(PrivateKey::Read(files.private_path(), In("right")).has_value());
  const auto wrong = PrivateKey::Read(files.private_path(), In("wrong"));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().ToLine(), HasSubstr("does not open"));
  EXPECT_THAT(wrong.error().ToLine(), Not(HasSubstr("barley")));
  EXPECT_FALSE(PrivateKey::Read(files.private_path(), In("public")).has_value());
}

TEST_F(Keys, OfTheWrongSortAreRefusedAndNotShown) {
  const KeyFiles files(directory_.path(), "key", "ED25519");
  const std::string secret = ReadFile(files.private_path()).value().substr(28, 40);
  const auto as_private = PrivateKey::Read(files.public_path());
  ASSERT_FALSE(as_private.has_value());
  ASSERT_EQ(chmod(files.public_path().c_str(), 0600), 0);
  EXPECT_THAT(PrivateKey::Read(files.public_path()).error().ToLine(),
              HasSubstr("is a public key; sign with the private one"));
  const auto as_public = PublicKey::Read(files.private_path());
  ASSERT_FALSE(as_public.has_value());
  EXPECT_THAT(as_public.error().ToLine(), HasSubstr("is a private key"));
  EXPECT_THAT(as_public.error().ToLine(), Not(HasSubstr(secret)));
  for (const char* kind : {"RSA", "P-384"}) {
    const KeyFiles other(directory_.path(), "other", kind);
    EXPECT_THAT(PrivateKey::Read(other.private_path()).error().ToLine(), HasSubstr("of the kind"));
    EXPECT_EQ(PublicKey::Read(other.public_path()).error().kind, ErrorKind::kUnreadable);
  }
  Write("nothing.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  EXPECT_THAT(PrivateKey::Read(In("nothing.pem")).error().ToLine(),
              HasSubstr("holds no private key"));
  EXPECT_FALSE(PrivateKey::Read(directory_.path()).has_value());
  EXPECT_FALSE(PrivateKey::Read(In("none.pem")).has_value());
}

}  // namespace
}  // namespace loadline::reports::certificates
