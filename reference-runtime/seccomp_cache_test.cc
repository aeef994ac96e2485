// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/seccomp_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::runtime {
namespace {

namespace fs = std::filesystem;

class SeccompCacheTest : public testing::Test {
 protected:
  const TempDir directory_ = *TempDir::Make("loadline-seccomp-");
  const std::string folder_ = directory_.path() + "/kept";
  const SeccompCache cache_{folder_};
  const std::vector<sock_filter> program_{{6, 0, 0, 0x7fff0000}};

  std::string OnlyFile() const { return fs::directory_iterator(folder_)->path().string(); }
};

TEST_F(SeccompCacheTest, FindsWhatItKept) {
  EXPECT_TRUE(cache_.Find("profile").empty());
  cache_.Keep("profile", program_);
  const auto found = cache_.Find("profile");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].k, 0x7fff0000U);
  EXPECT_TRUE(cache_.Find("another").empty());
}

// The name of a file is a weak digest: another text that has the same one must not be taken for it.
TEST_F(SeccompCacheTest, ComparesTheWholeText) {
  cache_.Keep("profile", program_);
  auto content = *ReadFile(OnlyFile());
  content.replace(content.find("profile"), 7, "forgery");
  ASSERT_TRUE(WriteFileAtomically(OnlyFile(), content, 0600).has_value());
  EXPECT_TRUE(cache_.Find("profile").empty());
}

TEST_F(SeccompCacheTest, DoesNotTrustWhatOthersMayWrite) {
  cache_.Keep("profile", program_);
  const std::string file = OnlyFile();
  ASSERT_EQ(chmod(file.c_str(), 0622), 0);
  EXPECT_TRUE(cache_.Find("profile").empty());
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  ASSERT_EQ(chmod(folder_.c_str(), 0777), 0);
  EXPECT_TRUE(cache_.Find("profile").empty());
  ASSERT_EQ(chmod(folder_.c_str(), 0700), 0);
  EXPECT_FALSE(cache_.Find("profile").empty());
}

TEST_F(SeccompCacheTest, DoesNotFollowLinks) {
  cache_.Keep("profile", program_);
  const std::string file = OnlyFile(), elsewhere = directory_.path() + "/elsewhere";
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  EXPECT_TRUE(cache_.Find("profile").empty());
  fs::remove(file);
  fs::rename(elsewhere, file);
  fs::rename(folder_, directory_.path() + "/moved");
  fs::create_symlink(directory_.path() + "/moved", folder_);
  EXPECT_TRUE(cache_.Find("profile").empty());
}

TEST_F(SeccompCacheTest, ADamagedFileIsNone) {
  cache_.Keep("profile", program_);
  const auto content = *ReadFile(OnlyFile());
  for (size_t size = 0; size < content.size(); ++size) {
    ASSERT_TRUE(WriteFileAtomically(OnlyFile(), content.substr(0, size), 0600).has_value());
    EXPECT_TRUE(cache_.Find("profile").empty()) << size;
  }
}

TEST_F(SeccompCacheTest, DoesNotGrowWithoutEnd) {
  for (int i = 0; i < 200; ++i) cache_.Keep("profile " + std::to_string(i), program_);
  EXPECT_LE(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 64);
  EXPECT_FALSE(cache_.Find("profile 199").empty());
}

}  // namespace
}  // namespace loadline::runtime
