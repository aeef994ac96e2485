// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/referrer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::reports::certificates {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kDigestA =
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr const char* kDigestB =
    "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

nlohmann::json DescriptorOf(const std::string& digest, const std::string& name) {
  return {{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
          {"digest", digest},
          {"size", 7},
          {"annotations", {{"org.opencontainers.image.ref.name", name}}}};
}

class ReferrerOfLayout : public testing::Test {
 protected:
  void Make(const nlohmann::json& manifests) const {
    ASSERT_TRUE(WriteFileAtomically(path() + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
                    .has_value());
    const nlohmann::json index = {
        {"schemaVersion", 2}, {"manifests", manifests}, {"annotations", {{"kept", "yes"}}}};
    ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", index.dump()).has_value());
  }
  nlohmann::json Index() const {
    return nlohmann::json::parse(ReadFile(path() + "/index.json").value());
  }
  const std::string& path() const { return directory_.path(); }
  TempDir directory_ = TempDir::Make("layout").value();
};

TEST_F(ReferrerOfLayout, IsFoundAgainByItsImage) {
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  ASSERT_TRUE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  ASSERT_TRUE(AttachCertificate(path(), "{another}\n", "latest").has_value());
  ASSERT_TRUE(AttachCertificate(path(), "{another}\n", kDigestA).has_value());  // there already
  const auto found = CertificatesIn(path());
  ASSERT_TRUE(found.has_value()) << found.error().ToLine();
  ASSERT_THAT(*found, SizeIs(2));
  EXPECT_EQ(found->front().text, "{certificate}\n");
  EXPECT_EQ(found->front().subject, kDigestA);
  EXPECT_EQ(Index()["annotations"]["kept"], "yes");
  const auto images = ImagesIn(path());
  ASSERT_TRUE(images.has_value());
  ASSERT_THAT(*images, SizeIs(1));
  EXPECT_EQ(images->front().digest, kDigestA);
}

TEST_F(ReferrerOfLayout, WantsToKnowWhichImage) {
  Make({DescriptorOf(kDigestA, "a"), DescriptorOf(kDigestB, "b")});
  const auto attached = AttachCertificate(path(), "{}\n", "");
  ASSERT_FALSE(attached.has_value());
  EXPECT_EQ(attached.error().number, EINVAL);
  EXPECT_THAT(attached.error().ToLine(), HasSubstr("--image: a, b"));
  EXPECT_FALSE(AttachCertificate(path(), "{}\n", "c").has_value());
  EXPECT_TRUE(AttachCertificate(path(), "{}\n", "b").has_value());
}

TEST_F(ReferrerOfLayout, NoticesBlobsThatAreNotWhatTheyAreCalled) {
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  ASSERT_TRUE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  const std::string blob = path() + "/blobs/sha256/" + Sha256("{certificate}\n").substr(7);
  ASSERT_TRUE(WriteFileAtomically(blob, "{Certificate}\n").has_value());
  const auto found = CertificatesIn(path());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().number, EBADMSG);
  std::filesystem::remove(blob);
  EXPECT_FALSE(CertificatesIn(path()).has_value());
  nlohmann::json index = Index();
  index["manifests"][1]["digest"] = "sha256:../../../etc/passwd";
  ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", index.dump()).has_value());
  EXPECT_THAT(CertificatesIn(path()).error().ToLine(), HasSubstr("names no blob"));
}

TEST_F(ReferrerOfLayout, IsForLayoutsAlone) {
  EXPECT_EQ(AttachCertificate(path(), "{}\n", "").error().number, ENOEXEC);
  EXPECT_FALSE(CertificatesIn(path() + "/none").has_value());
  ASSERT_TRUE(WriteFileAtomically(path() + "/oci-layout", "{}").has_value());
  ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", "[]").has_value());
  EXPECT_EQ(CertificatesIn(path()).error().number, ENOEXEC);
}

}  // namespace
}  // namespace loadline::reports::certificates
