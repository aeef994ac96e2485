// SPDX-License-Identifier: Apache-2.0
// exec, on real containers.
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

class Exec : public Bundle {
 protected:
  void Begin(const std::string& id) {
    Args({"wait"});
    ASSERT_EQ(Make("create", id).code, 0);
    ASSERT_EQ(Runtime({"start", id}).code, 0);
  }
};

TEST_F(Exec, RunsACommandAndReturnsItsStatus) {
  Begin("a");
  const Answer answer = Runtime({"exec", "a", "/bin/payload", "ids", "exit", "7"});
  EXPECT_EQ(answer.code, 7) << answer.errors;
  EXPECT_NE(answer.output.find("uid 0 gid 0"), std::string::npos) << answer.output;
}

TEST_F(Exec, TakesUserAndDirectory) {
  Begin("a");
  const Answer answer = Runtime(
      {"exec", "--user", "5:6", "--cwd", "/bin", "a", "/bin/payload", "ids", "cwd", "nofile"});
  EXPECT_EQ(answer.code, 0) << answer.errors;
  EXPECT_NE(answer.output.find("uid 5 gid 6"), std::string::npos) << answer.output;
  EXPECT_NE(answer.output.find("cwd /bin\n"), std::string::npos) << answer.output;
}

TEST_F(Exec, GetsNoDescriptorOfTheCaller) {
  Begin("a");
  const UniqueFd stray(open("/", O_RDONLY | O_DIRECTORY));
  const Answer answer =
      Runtime({"exec", "a", "/bin/payload", "list", "/proc/self/fd"}, {{stray.get(), 20}});
  EXPECT_EQ(answer.output, "0 1 2 \n") << answer.errors;
}

TEST_F(Exec, OfAProgramThatIsMissingIsAnError) {
  Begin("a");
  const Answer answer = Runtime({"exec", "a", "/bin/nothing"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.errors.find("/bin/nothing"), std::string::npos) << answer.errors;
}

TEST_F(Exec, WhatItCannotUnderstandIsAnError) {
  Begin("a");
  EXPECT_EQ(Runtime({"exec", "a"}).code, 1);
  EXPECT_EQ(Runtime({"exec", "--user", "root", "a", "/bin/payload"}).code, 1);
  EXPECT_EQ(Runtime({"exec", "--cwd", "bin", "a", "/bin/payload"}).code, 1);
  EXPECT_EQ(Runtime({"exec", "--process", path("missing"), "a"}).code, 1);
}

TEST_F(Exec, NeedsALivingContainer) {
  Begin("a");
  Runtime({"kill", "a", "KILL"});
  WaitForEnd("a");
  const Answer answer = Runtime({"exec", "a", "/bin/payload", "ids"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.errors.find("is stopped"), std::string::npos) << answer.errors;
}

TEST_F(Exec, DetachedItLeavesItsPid) {
  Begin("a");
  const Answer answer =
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"});
  ASSERT_EQ(answer.code, 0) << answer.errors;
  const pid_t pid = std::atoi(ReadFile(path("pid")).value().c_str());
  EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/ns/mnt"),
            std::filesystem::read_symlink("/proc/" + std::to_string(State("a")["pid"].get<int>()) +
                                          "/ns/mnt"));
}

}  // namespace
}  // namespace loadline::runtime
