// SPDX-License-Identifier: Apache-2.0
#include "schema/spec_version.h"

namespace loadline::schema {
namespace {

SpecVersion V(const char* text) { return SpecVersion::Parse(text).value(); }

TEST(SpecVersion, OrdersLikeSemVer) {
  const char* ordered[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                           "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                           "1.0.0-rc.1",  "1.0.0",         "1.0.2",
                           "1.2.0",       "1.10.0"};
  for (size_t i = 1; i < std::size(ordered); ++i)
    EXPECT_LT(V(ordered[i - 1]), V(ordered[i])) << ordered[i];
  EXPECT_EQ(V("1.2.0+build.1"), V("1.2.0"));
}

TEST(SpecVersion, RefusesWhatIsNotSemVer) {
  for (const char* text : {"", "1", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "v1.0.0",
                           "1.0.0.0", "1.0.-1", "99999999999.0.0"}) {
    EXPECT_FALSE(SpecVersion::Parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace loadline::schema
