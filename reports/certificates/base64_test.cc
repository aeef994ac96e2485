// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/base64.h"

#include <gtest/gtest.h>

namespace loadline::reports::certificates {
namespace {

TEST(Base64OfCertificates, GoesThereAndBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_EQ(EncodeBase64("any"), "YW55");
  EXPECT_EQ(EncodeBase64("an"), "YW4=");
  EXPECT_EQ(EncodeBase64("a"), "YQ==");
}

TEST(Base64OfCertificates, HasOneFormAlone) {
  for (const char* text : {"YQ=", "YQ", "YR==", "YW5=", "YW55\n", " YW55", "YW55=", "YW55====",
                           "YW-_", "YQ==YW55", "====", "=", "YW\n5", "Y===", "YQ=A"})
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  EXPECT_EQ(DecodeBase64(""), "");
}

}  // namespace
}  // namespace loadline::reports::certificates
