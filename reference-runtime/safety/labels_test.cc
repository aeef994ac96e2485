// SPDX-License-Identifier: Apache-2.0
// Where labels of security modules are written, without such a module: only a procfs of the
// container's, all the way, is taken for one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

// Whether the attribute can be opened below `root`, in a mount namespace where `prepare` has
// mounted something there.
template <class Prepare>
bool Opens(const std::string& root, Prepare prepare) {
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS) != 0) _exit(2);
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(2);
    if (!prepare()) _exit(2);
    const auto directory = Open(root, O_PATH | O_DIRECTORY);
    _exit(OpenOwnAttribute(directory->get(), "exec").has_value() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_NE(WEXITSTATUS(status), 2) << "something could not be mounted";
  return status == 0;
}

class Labels : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "mounting needs root";
    if (!std::filesystem::exists("/proc/thread-self/attr/exec"))
      GTEST_SKIP() << "this kernel has no security modules";
    auto made = TempDir::Make("loadline-runtime-test-");
    ASSERT_TRUE(made.has_value());
    directory_.emplace(std::move(*made));
    proc_ = directory_->path() + "/proc";
    std::filesystem::create_directories(proc_ + "/thread-self/attr");
    ASSERT_TRUE(WriteFileAtomically(proc_ + "/thread-self/attr/exec", "of the image").has_value());
  }

  void TearDown() override {
    if (!directory_) return;
    EXPECT_EQ(ReadFile(proc_ + "/thread-self/attr/exec").value(), "of the image");
  }

  bool MountProc() const { return mount("proc", proc_.c_str(), "proc", 0, nullptr) == 0; }

  std::string OwnDirectory() const {
    const std::string number = std::to_string(getpid());
    return proc_ + "/" + number + "/task/" + number;
  }

  std::optional<TempDir> directory_;
  std::string proc_;
};

TEST_F(Labels, GoToAProcfs) {
  EXPECT_TRUE(Opens(directory_->path(), [&] { return MountProc(); }));
}

TEST_F(Labels, DoNotGoToFilesThatLookLikeIt) {
  EXPECT_FALSE(Opens(directory_->path(), [] { return true; })) << "of the image";
  EXPECT_FALSE(Opens(directory_->path(), [&] {
    return mount("tmpfs", proc_.c_str(), "tmpfs", 0, nullptr) == 0 &&
           std::filesystem::create_directories(proc_ + "/thread-self/attr") &&
           WriteFileAtomically(proc_ + "/thread-self/attr/exec", "").has_value();
  })) << "of a volume";
}

TEST_F(Labels, DoNotGoToWhatIsMountedOverAPart) {
  EXPECT_FALSE(Opens(directory_->path(), [&] {
    const std::string place = OwnDirectory() + "/attr";
    return MountProc() && mount("tmpfs", place.c_str(), "tmpfs", 0, nullptr) == 0 &&
           WriteFileAtomically(place + "/exec", "").has_value();
  })) << "a directory";
  EXPECT_FALSE(Opens(directory_->path(), [&] {
    return MountProc() &&
           mount((OwnDirectory() + "/comm").c_str(), (OwnDirectory() + "/attr/exec").c_str(),
                 nullptr, MS_BIND, nullptr) == 0;
  })) << "another file of procfs";
}

TEST_F(Labels, DoNotGoToAPartOfAProcfs) {
  EXPECT_FALSE(Opens(directory_->path(), [&] {
    return mount("/proc/self/task", proc_.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }));
}

}  // namespace
}  // namespace loadline::runtime
