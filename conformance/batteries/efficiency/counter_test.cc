// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/counter.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/child_process.h"
#include "base/pipe.h"
#include "base/temp_dir.h"

namespace loadline::conformance::efficiency {
namespace {

constexpr int64_t kCalls = 5000;

// One that does the work when it is told to, and says so.
class WorkingProbe {
 public:
  WorkingProbe() {
    input_ = std::move(MakePipe().value());
    output_ = std::move(MakePipe().value());
    SpawnOptions spawn;
    spawn.argv = {LOADLINE_BINARY_DIR "/loadline-probe", "serve"};
    spawn.standard_input = input_.read.get();
    spawn.standard_output = output_.write.get();
    process_.emplace(std::move(ChildProcess::Spawn(spawn).value()));
    Hear();
  }
  pid_t pid() const { return process_->pid(); }
  void Work(int64_t count) {
    const std::string message =
        R"({"tell": "work", "name": "null-call", "count": )" + std::to_string(count) + "}\n";
    EXPECT_TRUE(WriteAll(input_.write.get(), message).has_value());
    Hear();
  }

 private:
  void Hear() const {
    char byte = 0;
    while (byte != '\n' && read(output_.read.get(), &byte, 1) == 1) {
    }
  }
  Pipe input_;
  Pipe output_;
  std::optional<ChildProcess> process_;
};

TEST(Counter, SeesTheCallsOfAProcessAndOneOfThemApart) {
  const auto scratch = TempDir::Make("counter");
  ASSERT_TRUE(scratch.has_value());
  WorkingProbe probe;
  const auto all = Counter::Attach({probe.pid()}, Whom::kAndTheirChildren, -1, scratch->path());
  if (!all && all.error().number == ENOTSUP) GTEST_SKIP() << all.error().ToLine();
  ASSERT_TRUE(all.has_value()) << all.error().ToLine();
  const auto parents =
      Counter::Attach({probe.pid()}, Whom::kAndTheirChildren, SYS_getppid, scratch->path());
  ASSERT_TRUE(parents.has_value()) << parents.error().ToLine();
  const auto traces =
      Counter::Attach({probe.pid()}, Whom::kAndTheirChildren, SYS_ptrace, scratch->path());
  ASSERT_TRUE(traces.has_value()) << traces.error().ToLine();
  probe.Work(kCalls);
  EXPECT_GE(all->Read().value(), kCalls);
  EXPECT_LE(all->Read().value(), kCalls + 500) << "the conversation has a few of its own";
  EXPECT_EQ(parents->Read().value(), kCalls);
  EXPECT_EQ(traces->Read().value(), 0);
}

TEST(Counter, SeesChildrenWhenItIsAskedTo) {
  const auto scratch = TempDir::Make("counter");
  ASSERT_TRUE(scratch.has_value());
  const auto alone = Counter::Attach({getpid()}, Whom::kThemselves, SYS_getppid, scratch->path());
  if (!alone && alone.error().number == ENOTSUP) GTEST_SKIP() << alone.error().ToLine();
  ASSERT_TRUE(alone.has_value()) << alone.error().ToLine();
  const auto all =
      Counter::Attach({getpid()}, Whom::kAndTheirChildren, SYS_getppid, scratch->path());
  ASSERT_TRUE(all.has_value()) << all.error().ToLine();
  WorkingProbe().Work(kCalls);
  EXPECT_GE(all->Read().value() - alone->Read().value(), kCalls);
}

TEST(Residents, KeepMemoryAndSwitch) {
  WorkingProbe probe;
  EXPECT_GT(ProportionalSize({probe.pid()}), 0);
  const int64_t before = SwitchesOf({probe.pid()});
  probe.Work(1);
  EXPECT_GT(SwitchesOf({probe.pid()}), before) << "it waited for the message";
  EXPECT_EQ(ProportionalSize({}), 0);
}

TEST(Residents, AFamilyIsWhoDescendsFromOne) {
  WorkingProbe first;
  WorkingProbe second;
  const Residents both{first.pid(), second.pid()};
  EXPECT_EQ(FamilyOf(first.pid(), both), Residents{first.pid()});
  EXPECT_EQ(FamilyOf(getpid(), both), (Residents{getpid(), first.pid(), second.pid()}));
}

}  // namespace
}  // namespace loadline::conformance::efficiency
