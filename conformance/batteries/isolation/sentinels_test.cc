// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/sentinels.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::conformance::isolation {
namespace {

class SentinelsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making a device needs root";
    directory_.emplace(std::move(TempDir::Make("loadline-sentinels-").value()));
    sentinels_.emplace(std::move(Sentinels::MakeBelow(directory_->path()).value()));
    ASSERT_TRUE(sentinels_->Changes().empty()) << sentinels_->Changes();
  }
  std::optional<TempDir> directory_;
  std::optional<Sentinels> sentinels_;
};

TEST_F(SentinelsTest, ANewFileIsNoticed) {
  ASSERT_TRUE(WriteFileAtomically(sentinels_->inner() + "/new", "x").has_value());
  EXPECT_THAT(sentinels_->Changes().dump(), testing::HasSubstr("new: " + sentinels_->inner()));
}

TEST_F(SentinelsTest, AModeIsNoticed) {
  ASSERT_EQ(chmod(sentinels_->file().c_str(), 0666), 0);
  EXPECT_THAT(sentinels_->Changes().dump(), testing::HasSubstr("changed: " + sentinels_->file()));
}

TEST_F(SentinelsTest, WhatIsGoneIsNoticed) {
  std::filesystem::remove(sentinels_->directory() + "/device");
  EXPECT_THAT(sentinels_->Changes().dump(), testing::HasSubstr("gone: "));
}

TEST_F(SentinelsTest, AnotherContentOfTheSameSizeIsNoticed) {
  const UniqueFd fd = std::move(Open(sentinels_->file(), O_WRONLY).value());
  ASSERT_EQ(write(fd.get(), "SENTINEL", 8), 8);
  EXPECT_FALSE(sentinels_->Changes().empty());
}

}  // namespace
}  // namespace loadline::conformance::isolation
