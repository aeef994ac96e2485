// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

namespace loadline {
namespace {

TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(Sha256(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha512, MatchesTheStandardsExample) {
  EXPECT_EQ(Sha512("abc"),
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digester, TakesBytesAsTheyCome) {
  Digester digester(DigestAlgorithm::kSha256);
  digester.Update("a", 1);
  digester.Update("bc", 2);
  EXPECT_EQ(digester.Finish(), Sha256("abc"));
  EXPECT_EQ(DigestAlgorithmFromText("sha512"), DigestAlgorithm::kSha512);
  EXPECT_EQ(DigestAlgorithmFromText("md5"), std::nullopt);
}

}  // namespace
}  // namespace loadline
