// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/pipe.h"
#include "base/temp_dir.h"

namespace loadline {
namespace {

class Files : public testing::Test {
 protected:
  TempDir directory_ = TempDir::Make("files-test").value();
  std::string At(const std::string& name) const { return directory_.path() + "/" + name; }
  UniqueFd Root() const { return Open(directory_.path(), O_PATH | O_DIRECTORY).value(); }
};

TEST_F(Files, OpenInRootCannotLeave) {
  ASSERT_TRUE(WriteFileAtomically(At("inside"), "in").has_value());
  std::filesystem::create_symlink("/inside", At("absolute"));
  std::filesystem::create_symlink("../../../../inside", At("climbing"));
  std::filesystem::create_symlink("/etc/hostname", At("outside"));
  const UniqueFd root = Root();
  for (const char* path : {"/absolute", "climbing", "../../inside"}) {
    auto fd = OpenInRoot(root.get(), path, O_RDONLY);
    ASSERT_TRUE(fd.has_value()) << path;
    EXPECT_EQ(ReadFd(fd->get()).value(), "in") << path;
  }
  EXPECT_EQ(OpenInRoot(root.get(), "outside", O_RDONLY).error().number, ENOENT);
}

TEST_F(Files, MakeDirectoriesInRootFollowsLinksWithinTheRoot) {
  std::filesystem::create_directory(At("real"));
  std::filesystem::create_symlink("/real", At("link"));
  const UniqueFd root = Root();
  ASSERT_TRUE(MakeDirectoriesInRoot(root.get(), "/link/a/b", 0755).has_value());
  EXPECT_TRUE(std::filesystem::is_directory(At("real/a/b")));
}

TEST_F(Files, ReadFileHasACap) {
  ASSERT_TRUE(WriteFileAtomically(At("big"), std::string(5000, 'x')).has_value());
  EXPECT_EQ(ReadFile(At("big"))->size(), 5000u);
  EXPECT_THAT(ReadFile(At("big"), 4999).error().ToLine(),
              testing::HasSubstr("larger than the limit of 4999 bytes"));
  EXPECT_EQ(ReadFile(directory_.path()).error().number, EISDIR);
}

TEST_F(Files, WriteFileAtomicallyLeavesNothingBesides) {
  ASSERT_TRUE(WriteFileAtomically(At("file"), "one", 0600).has_value());
  ASSERT_TRUE(WriteFileAtomically(At("file"), "two", 0600).has_value());
  EXPECT_EQ(ReadFile(At("file")).value(), "two");
  auto entries = std::filesystem::directory_iterator(directory_.path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
  EXPECT_EQ(WriteExisting(At("absent"), "x").error().number, ENOENT);
}

TEST_F(Files, LargerThanTheLimitAreUnreadable) {
  const auto zeros = ReadFile("/dev/zero", 4096);
  EXPECT_EQ(zeros.error().ToLine(), "/dev/zero is larger than the limit of 4096 bytes");
  EXPECT_EQ(zeros.error().kind, ErrorKind::kUnreadable);
}

TEST(CleanPath, IsDoneByTextAlone) {
  EXPECT_EQ(CleanPath("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(CleanPath("/../.."), "/");
  EXPECT_EQ(CleanPath("a/../../b"), "b");
  EXPECT_EQ(CleanPath(""), ".");
}

TEST(TempDir, IsGoneWithItsContentAndFollowsNoLink) {
  auto outside = TempDir::Make("outside").value();
  ASSERT_TRUE(WriteFileAtomically(outside.path() + "/kept", "x").has_value());
  std::string path;
  {
    auto inside = TempDir::Make("inside").value();
    path = inside.path();
    std::filesystem::create_directories(path + "/a/b");
    std::filesystem::create_symlink(outside.path(), path + "/a/link");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(ReadFile(outside.path() + "/kept").value(), "x");
}

TEST(Pipe, ReadCappedStopsAtTheDeadline) {
  auto pipe = MakePipe().value();
  ASSERT_TRUE(WriteAll(pipe.write.get(), "abcdef").has_value());
  auto output =
      ReadCapped(pipe.read.get(), 4, Deadline::After(std::chrono::milliseconds(20))).value();
  EXPECT_EQ(output.bytes, "abcd");
  EXPECT_TRUE(output.truncated);
  EXPECT_TRUE(output.timed_out);
}

TEST(Deadline, ItsTimerBecomesReadable) {
  auto timer = Deadline::After(std::chrono::milliseconds(5)).ToTimerFd().value();
  EXPECT_EQ(WaitFor(timer.get(), POLLIN, Deadline::After(std::chrono::seconds(10))).value(),
            Readiness::kReady);
}

}  // namespace
}  // namespace loadline
