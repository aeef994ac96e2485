// SPDX-License-Identifier: Apache-2.0
// checkpoint and restore, on real containers, where criu works.
#include <gmock/gmock.h>
#include <sched.h>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

class Checkpoint : public Bundle {
 protected:
  void Begin() {
    // What criu would need further programs for.
    std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                  [](const Json& entry) { return entry["type"] == "network"; });
    std::erase_if(config["mounts"].get_ref<Json::array_t&>(),
                  [](const Json& entry) { return entry["destination"] == "/sys"; });
    Args({"wait"});
    ASSERT_EQ(Make("create", "a").code, 0);
    ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  }

  static bool CriuWorks() {
    RunOptions options;
    options.spawn.argv = {"criu", "check"};
    const auto outcome = RunToEnd(options);
    return outcome.has_value() && outcome->status.Success();
  }
};

TEST_F(Checkpoint, AndRestoreGoOnWhereItWas) {
  if (!CriuWorks()) GTEST_SKIP() << "criu is not here, or this kernel is not for it";
  Begin();
  const Answer kept = Runtime({"checkpoint", "--image-path", path("images"), "a"});
  ASSERT_EQ(kept.code, 0) << kept.errors;
  EXPECT_EQ(State("a")["status"], "none");
  const Answer restored = Make("restore", "a", {"--detach", "--image-path", path("images")});
  ASSERT_EQ(restored.code, 0) << restored.errors;
  EXPECT_EQ(State("a")["status"], "running");
  EXPECT_EQ(Runtime({"exec", "a", "/bin/payload", "exit", "7"}).code, 7);
}

TEST_F(Checkpoint, ThatFailsLeavesTheContainerRunning) {
  if (CriuWorks()) GTEST_SKIP() << "criu works here";
  Begin();
  const Answer kept = Runtime({"checkpoint", "--image-path", path("images"), "a"});
  EXPECT_EQ(kept.code, 1);
  EXPECT_THAT(kept.errors, testing::HasSubstr("criu"));
  EXPECT_EQ(State("a")["status"], "running");
}

TEST_F(Checkpoint, NeedsARunningContainer) {
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const Answer kept = Runtime({"checkpoint", "--image-path", path("images"), "a"});
  EXPECT_EQ(kept.code, 1);
  EXPECT_THAT(kept.errors, testing::HasSubstr("is created, not running"));
}

TEST_F(Checkpoint, WhatIsNoImageIsNotRestored) {
  Args({"wait"});
  const Answer restored = Make("restore", "a", {"--detach", "--image-path", path("nothing")});
  EXPECT_EQ(restored.code, 1);
  EXPECT_EQ(State("a")["status"], "none");
  EXPECT_EQ(Make("restore", "a", {"--empty-ns", "pid"}).code, 1);
}

}  // namespace
}  // namespace loadline::runtime
