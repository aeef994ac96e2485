// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/image.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::conformance::isolation {
namespace {

namespace fs = std::filesystem;

TEST(Image, TakesThePlaceOfWhatIsThere) {
  const TempDir directory = std::move(TempDir::Make("loadline-image-").value());
  const std::string root = directory.path();
  fs::create_directories(root + "/dev/pts");
  ASSERT_TRUE(Plant(root,
                    {Link("/dev/pts", "${outside}/inner"), File("/etc/deep/file", "content\n"),
                     Fifo("/dev/null"), Directory("/closed", 0700)},
                    "/somewhere")
                  .has_value());
  EXPECT_EQ(fs::read_symlink(root + "/dev/pts"), "/somewhere/inner");
  EXPECT_EQ(ReadFile(root + "/etc/deep/file").value(), "content\n");
  EXPECT_TRUE(fs::is_fifo(root + "/dev/null"));
  EXPECT_EQ(fs::status(root + "/closed").permissions(), fs::perms::owner_all);
}

TEST(Image, LaterFilesStandBehindEarlierLinks) {
  const TempDir directory = std::move(TempDir::Make("loadline-image-").value());
  const std::string root = directory.path();
  ASSERT_TRUE(
      Plant(root, {File("/tree/file"), Link("/way", "tree"), File("/other", "")}, "").has_value());
  EXPECT_EQ(ReadFile(root + "/way/file").value(), "bait\n");
  EXPECT_EQ(ReadFile(root + "/other").value(), "");
}

}  // namespace
}  // namespace loadline::conformance::isolation
