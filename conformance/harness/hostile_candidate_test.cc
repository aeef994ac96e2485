// SPDX-License-Identifier: Apache-2.0
// Certifications of candidates that turn against the harness and the host: they get a verdict like
// everybody else, and nothing outside of their cell is harmed.
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/child_process.h"
#include "base/files.h"
#include "conformance/harness/certify_fake.h"
#include "reports/writer.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class HostileCandidate : public CertifyFake {
 protected:
  void SetUp() override {
    CertifyFake::SetUp();
    options_.step_time = std::chrono::seconds(2);
    options_.only = {"t/good"};
    options_.jobs = 1;
  }
};

// A process of ours outside of every cell.
ChildProcess Bystander() {
  SpawnOptions spawn;
  spawn.argv = {"/bin/sleep", "600"};
  return std::move(ChildProcess::Spawn(spawn).value());
}

TEST_F(HostileCandidate, KillsAllThatItCanReach) {
  ChildProcess bystander = Bystander();
  EXPECT_NE(When("start", "kill -9 -1; exit 0").at("t/good").verdict, Verdict::kPass);
  EXPECT_NE(When("start", "kill -9 1; kill -STOP 1; kill -INT 1; exit 0").at("t/good").verdict,
            Verdict::kError);
  EXPECT_EQ(kill(bystander.pid(), 0), 0);
  EXPECT_TRUE(bystander.Kill(SIGKILL));
}

TEST_F(HostileCandidate, MultipliesWithoutEnd) {
  options_.cell_limits = CellLimits{0, 100};
  const auto start = Clock::now();
  const auto results = When("start", "f() { f & f & wait; }; f 2> /dev/null; exit 0");
  EXPECT_NE(results.at("t/good").verdict, Verdict::kPass);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

TEST_F(HostileCandidate, TakesAllMemory) {
  options_.cell_limits = CellLimits{128 << 20, 0};
  const auto start = Clock::now();
  const auto results = When("start", "tail /dev/zero; exit 0");
  EXPECT_NE(results.at("t/good").verdict, Verdict::kError);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

TEST_F(HostileCandidate, FillsTheWorkArea) {
  const CheckResult result = When("create", "cat /dev/zero > $root/full; exit 1").at("t/good");
  EXPECT_EQ(result.verdict, Verdict::kEnvironment);
  EXPECT_THAT(result.message, HasSubstr("full"));
}

TEST_F(HostileCandidate, WritesWhereItHasNoBusiness) {
  const std::string victim = directory_->path() + "/victim";
  std::ofstream(victim) << "as it was";
  (void)When("start", "echo spoilt > " + victim + "; rm -f " + victim + "; exit 0");
  EXPECT_EQ(ReadFile(victim, 100).value_or("gone"), "as it was");
}

TEST_F(HostileCandidate, ChangesItsOwnProgram) {
  const std::string change = "echo exit 0 > $0";
  EXPECT_NE(When("create", change + "; exit 1").at("t/good").verdict, Verdict::kPass);
  EXPECT_THAT(ReadFile(directory_->path() + "/fake-runtime").value_or(""), HasSubstr(change));
}

TEST_F(HostileCandidate, FindsNoTerminal) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    const bool there = open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0;
    const auto result = When("start", "( echo reached > /dev/tty ) && exit 9").at("t/good");
    _exit(!there ? 3 : result.verdict == Verdict::kPass ? 0 : 1);
  }
  const UniqueFd closes(terminal);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(HostileCandidate, WritesNothingIntoReportsButText) {
  options_.candidate = WriteFakeRuntime(
      directory_->path(),
      R"([ "$verb" != create ] || { printf '\033[31m<script>"\n::error::x\n' >&2; exit 1; })");
  const auto report = Certify(options_);
  ASSERT_TRUE(report.has_value()) << report.error().ToLine();
  for (const reports::Writer& writer : reports::AllWriters()) {
    const std::string text = writer.write(*report, {});
    EXPECT_EQ(text.find('\033'), std::string::npos) << writer.format;
    EXPECT_EQ(text.find("\n::error::x"), std::string::npos) << writer.format;
    if (writer.format != "html" && writer.format != "junit") continue;
    EXPECT_EQ(text.find("<script>\""), std::string::npos) << writer.format;  // a page has its own
  }
}

}  // namespace
}  // namespace loadline::conformance
