// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/scope.h"

#include <gtest/gtest.h>

namespace loadline::runtime {
namespace {

std::string Named(const std::string& path, bool rootless = false) {
  const auto name = ReadScopeName(path, "box", rootless);
  return name.has_value() ? name->slice + " " + name->unit : "";
}

TEST(ScopeName, IsSliceAndUnit) {
  EXPECT_EQ(Named("machine.slice:libpod:1234"), "machine.slice libpod-1234.scope");
  EXPECT_EQ(Named("machine.slice::1234"), "machine.slice 1234.scope");
  EXPECT_EQ(Named(":docker:1234"), "system.slice docker-1234.scope");
}

TEST(ScopeName, WithoutAPathIsTheContainersOwn) {
  EXPECT_EQ(Named(""), "system.slice loadline-box.scope");
  EXPECT_EQ(Named("", true), "user.slice loadline-box.scope");
}

TEST(ScopeName, RefusesPathsAndWhatIsNoSlice) {
  for (const char* bad : {"/a/b", "machine.slice:a", "a:b:c", "machine.slice:a:", "x.slice:../a:b"})
    EXPECT_EQ(Named(bad), "") << bad;
}

}  // namespace
}  // namespace loadline::runtime
