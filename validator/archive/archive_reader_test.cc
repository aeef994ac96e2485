// SPDX-License-Identifier: Apache-2.0
// Reading archives that other tests have as files: the seeds of the fuzzer.
#include "validator/archive/archive_reader.h"

#include "base/files.h"

namespace loadline::validator {
namespace {

// A seed of the fuzzer without its first byte, which says what it is.
std::string Seed(const std::string& name) {
  return ReadFile(LOADLINE_SOURCE_DIR "/validator/corpus/archives/" + name).value().substr(1);
}

std::vector<std::string> Paths(const std::string& packed) {
  BytesSource bytes(packed);
  auto unpacked = UnpackingSource::Open(bytes, FormatOf(packed));
  if (!unpacked.has_value()) return {"error"};
  auto reader = TarReader::Open(*unpacked);
  if (!reader.has_value()) return {"error"};
  std::vector<std::string> paths;
  while (true) {
    const auto entry = reader->NextEntry();
    if (!entry.has_value()) {
      paths.push_back("error");
      break;
    }
    if (!*entry) break;
    paths.push_back((*entry)->path);
  }
  return paths;
}

TEST(Format, IsToldByTheBeginning) {
  EXPECT_EQ(FormatOf(Seed("layer.tar")), Format::kTar);
  EXPECT_EQ(FormatOf(Seed("layer.tar.gz")), Format::kGzip);
  EXPECT_EQ(FormatOf(Seed("layer.tar.zst")), Format::kZstd);
  EXPECT_EQ(FormatOf(Seed("app.aci.xz")), Format::kXz);
  EXPECT_EQ(FormatOf(Seed("app.aci.bz2")), Format::kBzip2);
  EXPECT_EQ(FormatOf(" \n{}"), Format::kJson);
  EXPECT_EQ(FormatOf(std::string(1024, '\0')), Format::kTar) << "a tar of nothing";
  EXPECT_EQ(FormatOf("#!/bin/sh"), Format::kOther);
  EXPECT_EQ(FormatOf(""), Format::kOther);
}

TEST(Archives, HoldTheSameHoweverTheyArePacked) {
  const auto plain = Paths(Seed("layer.tar"));
  EXPECT_THAT(plain, testing::Contains("etc/motd"));
  EXPECT_EQ(Paths(Seed("layer.tar.gz")), plain);
  EXPECT_EQ(Paths(Seed("layer.tar.zst")), plain);
  EXPECT_EQ(Paths(Seed("app.aci.xz")), Paths(Seed("app.aci")));
  EXPECT_EQ(Paths(Seed("app.aci.bz2")), Paths(Seed("app.aci")));
}

TEST(Archives, ThatAreCutOffAreErrors) {
  const std::string gzip = Seed("layer.tar.gz");
  EXPECT_THAT(Paths(gzip.substr(0, gzip.size() / 2)), testing::Contains("error"));
}

TEST(Archives, GiveTheContentOfTheirEntries) {
  const std::string aci = Seed("app.aci");
  BytesSource bytes(aci);
  TarReader reader = TarReader::Open(bytes).value();
  ASSERT_EQ(reader.NextEntry().value()->path, "manifest");
  std::string content;
  while (true) {
    const std::string_view block = reader.Next().value();
    if (block.empty()) break;
    content += block;
  }
  EXPECT_THAT(content, testing::HasSubstr("ImageManifest"));
}

TEST(Sources, PeekingTakesNothingAway) {
  BytesSource bytes("hello");
  PeekedSource peeked(bytes);
  EXPECT_EQ(peeked.Peek(3).value(), "hello");
  HashingSource hashed(peeked, {DigestAlgorithm::kSha256, DigestAlgorithm::kSha512});
  ASSERT_TRUE(Drain(hashed).has_value());
  EXPECT_EQ(hashed.size(), 5u);
  EXPECT_EQ(hashed.Digests(), (std::vector<std::string>{Sha256("hello"), Sha512("hello")}));
}

}  // namespace
}  // namespace loadline::validator
