// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/referrer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::reports::certificates {
namespace {

using testing::ElementsAre;
using testing::Field;
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
  std::string BlobOf(const std::string& bytes) const {
    return path() + "/blobs/sha256/" + Sha256(bytes).substr(7);
  }
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
  EXPECT_EQ(attached.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(attached.error().ToLine(), HasSubstr("--image: a, b"));
  EXPECT_FALSE(AttachCertificate(path(), "{}\n", "c").has_value());
  EXPECT_TRUE(AttachCertificate(path(), "{}\n", "b").has_value());
}

TEST_F(ReferrerOfLayout, WithABlobThatIsNotWhatItIsCalledTakesNoOtherAway) {
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  ASSERT_TRUE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  ASSERT_TRUE(AttachCertificate(path(), "{another}\n", "").has_value());
  const auto problem = [&] {
    const auto found = CertificatesIn(path());
    EXPECT_TRUE(found.has_value()) << found.error().ToLine();
    EXPECT_THAT(*found, SizeIs(2));
    EXPECT_EQ(found->back().text, "{another}\n");
    EXPECT_EQ(found->front().text, "");
    return found->front().problem;
  };
  ASSERT_TRUE(WriteFileAtomically(BlobOf("{certificate}\n"), "{Certificate}\n").has_value());
  EXPECT_THAT(problem(), HasSubstr("is not what it is called"));
  std::filesystem::remove(BlobOf("{certificate}\n"));
  EXPECT_THAT(problem(), HasSubstr("No such file"));
  nlohmann::json index = Index();
  index["manifests"][1]["digest"] = "sha256:../../../etc/passwd";
  ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", index.dump()).has_value());
  EXPECT_THAT(problem(), HasSubstr("names no blob"));
}

TEST_F(ReferrerOfLayout, LeavesStatementsOfOthersAlone) {
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  const auto attach = [&](const std::string& manifest) {
    ASSERT_TRUE(WriteFileAtomically(BlobOf(manifest), manifest).has_value());
    nlohmann::json index = Index();
    index["manifests"].push_back({{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                                  {"digest", Sha256(manifest)},
                                  {"size", manifest.size()},
                                  {"artifactType", kArtifactType}});
    ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", index.dump()).has_value());
  };
  ASSERT_TRUE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  // How an image was built, and what is no manifest of an artifact.
  attach(R"({"layers":[{"mediaType":"application/vnd.dsse.envelope.v1+json","digest":"x",)"
         R"("annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v1"}}],)"
         R"("subject":{"digest":"x"}})");
  attach(R"({"layers":[]})");
  attach("[]");
  const auto found = CertificatesIn(path());
  ASSERT_TRUE(found.has_value()) << found.error().ToLine();
  EXPECT_THAT(*found, ElementsAre(Field(&AttachedCertificate::text, "{certificate}\n")));
}

TEST_F(ReferrerOfLayout, IsReadAndWrittenBeneathIt) {
  const TempDir outside = TempDir::Make("outside").value();
  const auto in = [&](const char* name) { return path() + "/" + name; };
  const auto listed = [&] { return std::filesystem::directory_iterator(outside.path()); };
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  // Blobs that would be written elsewhere.
  std::filesystem::create_directory_symlink(outside.path(), in("blobs"));
  EXPECT_FALSE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  EXPECT_EQ(listed(), std::filesystem::directory_iterator());
  // Those that are a link within the layout are.
  std::filesystem::remove(in("blobs"));
  std::filesystem::create_directory(in("elsewhere"));
  std::filesystem::create_directory_symlink("elsewhere", in("blobs"));
  EXPECT_TRUE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  EXPECT_TRUE(std::filesystem::exists(in("elsewhere/sha256")));
  // An index that is somebody else's file.
  std::filesystem::rename(in("index.json"), outside.path() + "/index.json");
  std::filesystem::create_symlink(outside.path() + "/index.json", in("index.json"));
  EXPECT_EQ(CertificatesIn(path()).error().kind, ErrorKind::kUnreadable);
  EXPECT_FALSE(ImagesIn(path()).has_value());
  EXPECT_FALSE(DigestOfIndex(path()).has_value());
}

TEST_F(ReferrerOfLayout, WaitsForNoFifo) {
  const auto in = [&](const char* name) { return path() + "/" + name; };
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  std::filesystem::remove(in("index.json"));
  ASSERT_EQ(mkfifo(in("index.json").c_str(), 0600), 0);
  EXPECT_THAT(CertificatesIn(path()).error().ToLine(), HasSubstr("is not a regular file"));
  EXPECT_FALSE(AttachCertificate(path(), "{certificate}\n", "").has_value());
  std::filesystem::remove(in("oci-layout"));
  ASSERT_EQ(mkfifo(in("oci-layout").c_str(), 0600), 0);
  EXPECT_THAT(CertificatesIn(path()).error().ToLine(), HasSubstr("has no file oci-layout"));
}

TEST_F(ReferrerOfLayout, IsReadInBoundedMemory) {
  Make(nlohmann::json::array({DescriptorOf(kDigestA, "latest")}));
  const auto attach = [&](const std::string& index) {
    EXPECT_TRUE(WriteFileAtomically(path() + "/index.json", index).has_value());
    return AttachCertificate(path(), "{certificate}\n", "").error();
  };
  // Closed or not: writing it again would recurse.
  const std::string deep(1'000'000, '[');
  const std::string beginning = R"({"manifests":[],"annotations":)";
  EXPECT_EQ(attach(beginning + deep).kind, ErrorKind::kUnreadable);
  EXPECT_THAT(attach(beginning + deep + std::string(deep.size(), ']') + "}").ToLine(),
              HasSubstr("nested deeper than"));
  std::string many = "[[]";
  for (int i = 0; i < 2'000'000; ++i) many += ",[]";
  EXPECT_THAT(attach(beginning + many + "]}").ToLine(), HasSubstr("more values"));
}

TEST_F(ReferrerOfLayout, IsForLayoutsAlone) {
  EXPECT_EQ(AttachCertificate(path(), "{}\n", "").error().kind, ErrorKind::kUnreadable);
  EXPECT_FALSE(CertificatesIn(path() + "/none").has_value());
  ASSERT_TRUE(WriteFileAtomically(path() + "/oci-layout", "{}").has_value());
  ASSERT_TRUE(WriteFileAtomically(path() + "/index.json", "[]").has_value());
  EXPECT_EQ(CertificatesIn(path()).error().kind, ErrorKind::kUnreadable);
}

}  // namespace
}  // namespace loadline::reports::certificates
