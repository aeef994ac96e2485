// SPDX-License-Identifier: Apache-2.0
// Programs of the host under the supervisor: their calls are heard, fail, and kill.
#include "conformance/batteries/faults/supervisor.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>

#include "base/child_process.h"

namespace loadline::conformance::faults {
namespace {

constexpr const char* kProbe = LOADLINE_BINARY_DIR "/loadline-probe";
constexpr int kCannotExecute = 126;  // of the shell

class SupervisorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "a filter without no_new_privs needs root";
    auto started = Supervisor::Start({kProbe});
    ASSERT_TRUE(started.has_value()) << started.error().ToLine();
    supervisor_.emplace(std::move(*started));
  }

  // A shell that executes another program, with this fault.
  RunOutcome Run(std::optional<Fault> fault) {
    auto socket = supervisor_->NewSocket();
    EXPECT_TRUE(socket.has_value());
    RunOptions options;
    options.spawn.argv = {kProbe,
                          "launch",
                          "--watch",
                          std::to_string(Supervisor::kSocket) + ":" + std::to_string(SYS_execve) +
                              "," + std::to_string(SYS_exit_group),
                          "--",
                          "/bin/sh",
                          "-c",
                          "exec /bin/true"};
    options.spawn.descriptors = {{socket->get(), Supervisor::kSocket}};
    options.deadline = Deadline::After(std::chrono::seconds(30));
    supervisor_->Arm(fault);
    auto outcome = RunToEnd(options);
    EXPECT_TRUE(outcome.has_value());
    heard_ = supervisor_->Disarm();
    return outcome.value_or(RunOutcome());
  }

  std::optional<Supervisor> supervisor_;
  Supervisor::Heard heard_;
};

TEST_F(SupervisorTest, HearsTheProgramAndNotTheLauncher) {
  EXPECT_TRUE(Run(std::nullopt).status.Success());
  ASSERT_EQ(heard_.calls.size(), 2u);
  EXPECT_EQ(heard_.calls[0].number, SYS_execve);
  EXPECT_EQ(heard_.calls[1].number, SYS_exit_group);
  EXPECT_TRUE(heard_.calls[0].by_runtime);
  EXPECT_FALSE(heard_.done);
}

TEST_F(SupervisorTest, LetsOneCallFail) {
  EXPECT_EQ(Run(Fault{SYS_execve, 1, Effect::kError, EACCES}).status.code, kCannotExecute);
  EXPECT_TRUE(heard_.done);
}

TEST_F(SupervisorTest, KillsWhoCalls) {
  EXPECT_EQ(Run(Fault{SYS_execve, 1, Effect::kKillCaller}).status.signal, SIGKILL);
  EXPECT_TRUE(heard_.done);
}

TEST_F(SupervisorTest, AFaultThatDoesNotComeToPassChangesNothing) {
  EXPECT_TRUE(Run(Fault{SYS_execve, 2, Effect::kError, EACCES}).status.Success());
  EXPECT_FALSE(heard_.done);
}

}  // namespace
}  // namespace loadline::conformance::faults
