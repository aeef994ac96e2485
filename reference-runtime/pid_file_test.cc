// SPDX-License-Identifier: Apache-2.0
// What is told of a process, and to whom.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/container.h"

namespace loadline::runtime {
namespace {

// A pid that was given to a process and is nobody's now.
pid_t PidOfTheDead() {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, nullptr, 0);
  return pid;
}

TEST(PidFile, IsReplacedWholeAndHasNoSibling) {
  const TempDir directory = TempDir::Make("loadline-pid-file-").value();
  const std::string path = directory.path() + "/pid";
  ASSERT_TRUE(WritePidFile(path, 1234567).has_value());
  EXPECT_EQ(ReadFile(path).value(), "1234567");
  ASSERT_TRUE(WritePidFile(path, 42).has_value());
  EXPECT_EQ(ReadFile(path).value(), "42");
  const std::filesystem::directory_iterator all(directory.path());
  EXPECT_EQ(std::distance(begin(all), end(all)), 1);
}

TEST(PidFile, ADirectoryThatIsMissingIsAnError) {
  EXPECT_EQ(WritePidFile("/nowhere/at/all/pid", 1).error().number, ENOENT);
}

TEST(StartTime, IsNothingForTheDeadAlone) {
  EXPECT_GT(StartTime(getpid()).value(), 0U);
  EXPECT_EQ(StartTime(PidOfTheDead()).value(), 0U);
}

TEST(Status, TheProgramTellsThatThePayloadRuns) {
  Container container;
  EXPECT_EQ(StatusOf(container).value(), "creating");
  container.pid = getpid();
  EXPECT_EQ(StatusOf(container).value(), "stopped") << "the pid is another process's by now";
  container.start_time = StartTime(getpid()).value();
  EXPECT_EQ(StatusOf(container).value(), "running") << "nobody knows its program";
  container.waits = true;
  EXPECT_EQ(StatusOf(container).value(), "created");
  container.program = ProgramOf("self");
  container.waits = false;
  EXPECT_EQ(StatusOf(container).value(), "created") << "run has no socket";
  container.waits = true;
  container.program = "0:0";
  EXPECT_EQ(StatusOf(container).value(), "running");
}

TEST(OpenProcess, SaysThatItHasEnded) {
  Container container;
  container.id = "gone";
  EXPECT_EQ(OpenProcess(container).error().number, ESRCH);
  container.pid = PidOfTheDead();
  container.start_time = 1;
  EXPECT_EQ(OpenProcess(container).error().number, ESRCH);
}

}  // namespace
}  // namespace loadline::runtime
