// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.h"

#include <fcntl.h>
#include <signal.h>

namespace loadline {
namespace {

using std::chrono::milliseconds;

RunOptions Shell(std::string script) {
  RunOptions options;
  options.spawn.argv = {"/bin/sh", "-c", std::move(script)};
  options.spawn.environment = {"PATH=/usr/bin:/bin"};
  options.deadline = Deadline::After(milliseconds(20000));
  return options;
}

TEST(Run, FeedsReadsAndReaps) {
  RunOptions options = Shell("cat; echo wrong >&2; exit 3");
  options.input = std::string(300000, 'x');
  auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().ToLine();
  EXPECT_EQ(outcome->standard_output, options.input);
  EXPECT_EQ(outcome->standard_error, "wrong\n");
  EXPECT_EQ(outcome->status.ToText(), "exit status 3");
}

TEST(Run, CutsAFloodAtTheCap) {
  RunOptions options = Shell("exec head -c 5000000 /dev/zero");
  options.output_cap = 1000;
  auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->standard_output.size(), 1000u);
  EXPECT_TRUE(outcome->truncated);
  EXPECT_TRUE(outcome->status.Success());
}

TEST(Run, KillsAtTheDeadline) {
  RunOptions options = Shell("exec tail -f /dev/null");
  options.deadline = Deadline::After(milliseconds(50));
  auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->timed_out);
  EXPECT_EQ(outcome->status.ToText(), "killed by SIGKILL");
}

TEST(Run, DoesNotWaitForADescendantThatHoldsTheOutput) {
  RunOptions options = Shell("timeout 5 tail -f /dev/null & echo done");
  options.grace = milliseconds(30);
  auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->standard_output, "done\n");
  EXPECT_TRUE(outcome->held);
}

TEST(Run, PassesOnlyTheNamedEnvironment) {
  RunOptions options = Shell("env");
  options.spawn.argv = {"/usr/bin/env"};
  options.spawn.environment = {"ONLY=this"};
  EXPECT_EQ(RunToEnd(options)->standard_output, "ONLY=this\n");
}

TEST(ChildProcess, ReportsAFailedExec) {
  SpawnOptions options;
  options.argv = {"/nonexistent/program"};
  auto child = ChildProcess::Spawn(options);
  ASSERT_FALSE(child.has_value());
  EXPECT_EQ(child.error().ToLine(), "exec(/nonexistent/program): No such file or directory");
}

TEST(ChildProcess, WaitsWithADeadlineAndKills) {
  SpawnOptions options;
  options.argv = {"/usr/bin/tail", "-f", "/dev/null"};
  auto child = ChildProcess::Spawn(options);
  ASSERT_TRUE(child.has_value());
  EXPECT_FALSE(child->Wait(Deadline::After(milliseconds(10)))->has_value());
  ASSERT_TRUE(child->Kill(SIGTERM).has_value());
  EXPECT_EQ((*child->Wait(Deadline::Never()))->signal, SIGTERM);
}

TEST(ChildProcess, GivesDescriptorsTheNumbersAskedFor) {
  RunOptions options = Shell("readlink /proc/self/fd/3 /proc/self/fd/4");
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  UniqueFd zero(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  options.spawn.descriptors = {{zero.get(), 3}, {null.get(), 4}};
  EXPECT_EQ(RunToEnd(options)->standard_output, "/dev/zero\n/dev/null\n");
}

}  // namespace
}  // namespace loadline
