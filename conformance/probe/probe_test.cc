// SPDX-License-Identifier: Apache-2.0
// The probe's program: as it is called, and where little of the system can be seen.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "base/deadline.h"
#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::probe {
namespace {

using nlohmann::json;

constexpr const char* kProbe = LOADLINE_BINARY_DIR "/loadline-probe";

RunOutcome RunCommand(const std::vector<std::string>& argv, const std::string& input) {
  RunOptions run;
  run.spawn.argv = argv;
  run.spawn.environment = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin"};
  run.input = input;
  run.deadline = Deadline::After(std::chrono::seconds(20));
  auto outcome = RunToEnd(run);
  EXPECT_TRUE(outcome.has_value());
  return outcome.has_value() ? *outcome : RunOutcome{};
}

json Line(const std::string& text, int number) {
  size_t begin = 0;
  for (int i = 0; i < number; ++i) begin = text.find('\n', begin) + 1;
  return json::parse(text.substr(begin, text.find('\n', begin) - begin), nullptr, false);
}

TEST(ProbeTest, AnswersOneRequestAndEnds) {
  const RunOutcome outcome = RunCommand({kProbe, "observe"}, R"({"paths": ["/dev/null"]})"
                                                             "\n");
  EXPECT_TRUE(outcome.status.Success());
  const json probe = Line(outcome.standard_output, 0)["probe"];
  EXPECT_EQ(probe["paths"]["/dev/null"]["write"], "ok");
  EXPECT_EQ(probe["environ"], json({{"PATH", "/usr/bin:/bin:/usr/sbin:/sbin"}}));
  // Nothing but what this process has open too: none of the probe's own descriptors.
  EXPECT_GE(probe["fds"].size(), 3u);
  for (const auto& descriptor : probe["fds"].items())
    EXPECT_GE(fcntl(std::stoi(descriptor.key()), F_GETFD), 0) << descriptor.key();
}

TEST(ProbeTest, ObservesWithoutARequest) {
  EXPECT_TRUE(
      Line(RunCommand({kProbe, "observe"}, "").standard_output, 0)["probe"].contains("pid"));
  EXPECT_TRUE(
      Line(RunCommand({kProbe, "observe"}, "nonsense\n").standard_output, 0)["probe"].contains(
          "pid"));
}

TEST(ProbeTest, DoesWhatItIsTold) {
  const RunOutcome outcome =
      RunCommand({kProbe, "observe", "--serve"},
                 "{}\n{\"tell\": \"nothing-known\"}\n{\"tell\": \"signal\", \"ignore\": "
                 "[\"SIGTERM\"]}\n{\"tell\": \"exit\", \"code\": 3}\n{}\n");
  EXPECT_EQ(outcome.status.code, 3);
  EXPECT_TRUE(Line(outcome.standard_output, 1).contains("error"));
  EXPECT_EQ(Line(outcome.standard_output, 2), json({{"signal", "ok"}}));
}

TEST(ProbeTest, SaysWhatItCannotSee) {
  auto root = TempDir::Make("probe");
  ASSERT_TRUE(root.has_value());
  if (geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  ASSERT_EQ(RunCommand({"cp", kProbe, root->path() + "/p"}, "").status.code, 0);
  const RunOutcome outcome = RunCommand({"chroot", root->path(), "/p", "observe"}, "");
  if (outcome.status.code == 127) GTEST_SKIP() << "the probe of this preset is not static";
  const json probe = Line(outcome.standard_output, 0)["probe"];
  for (const char* fact : {"capabilities", "fds", "mounts", "namespaces", "interfaces", "ipc"}) {
    EXPECT_FALSE(probe.contains(fact)) << fact;
    EXPECT_TRUE(probe["unavailable"].contains(fact)) << fact;
  }
  EXPECT_EQ(probe["cwd"], "/");
}

TEST(ProbeTest, HooksAppendToTheLogAndLeaveTheirDocument) {
  auto directory = TempDir::Make("probe");
  ASSERT_TRUE(directory.has_value());
  const std::string log = directory->path() + "/log";
  ASSERT_TRUE(WriteFileAtomically(log, "").has_value());
  EXPECT_EQ(
      RunCommand({kProbe, "hook", "--log", log, "--observe", "prestart", "a"}, R"({"id": "c"})")
          .status.code,
      0);
  EXPECT_EQ(RunCommand({kProbe, "hook", "--log", log, "--fail", "poststop", "b"}, "{}").status.code,
            1);
  EXPECT_EQ(*ReadFile(log), "prestart:a\npoststop:b\n");
  const json document = json::parse(*ReadFile(log + ".a.json"));
  EXPECT_EQ(document["state"]["id"], "c");
  EXPECT_TRUE(document["probe"].contains("namespaces"));
}

TEST(ProbeTest, WorksWithoutPrivileges) {
  if (geteuid() != 0 || access("/usr/bin/setpriv", X_OK) != 0) GTEST_SKIP() << "needs setpriv";
  const RunOutcome outcome =
      RunCommand({"setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                  "--reuid=4321", "--regid=4321", "--clear-groups", kProbe, "observe"},
                 R"({"attempts": ["chroot", "sethostname", "setuid-0"]})"
                 "\n");
  const json probe = Line(outcome.standard_output, 0)["probe"];
  EXPECT_EQ(probe["uid"]["effective"], 4321);
  EXPECT_EQ(probe["capabilities"]["bounding"], json::array());
  EXPECT_EQ(probe["noNewPrivileges"], true);
  EXPECT_EQ(probe["attempts"],
            json({{"chroot", "EPERM"}, {"sethostname", "EPERM"}, {"setuid-0", "EPERM"}}));
}

TEST(ProbeTest, NestsByHandOrSaysWhatStandsInTheWay) {
  if (geteuid() != 0) GTEST_SKIP() << "namespaces need root";
  for (const auto& arguments : {std::vector<std::string>{kProbe, "nest", "2"},
                                std::vector<std::string>{kProbe, "nest", "2", "--users"}}) {
    const json said = Line(RunCommand(arguments, "").standard_output, 0);
    ASSERT_TRUE(said.is_object());
    EXPECT_EQ(said["depth"] == 2, said["failed"] == "") << said;
  }
}

TEST(ProbeTest, LeavesAnOrphanThatTellsOfItself) {
  auto directory = TempDir::Make("probe");
  ASSERT_TRUE(directory.has_value());
  const std::string log = directory->path() + "/log";
  ASSERT_EQ(mkfifo(log.c_str(), 0600), 0);
  auto fd = Open(log, O_RDWR | O_NONBLOCK);
  ASSERT_TRUE(fd.has_value());
  const RunOutcome outcome =
      RunCommand({kProbe, "hook", "--log", log, "--deaf", "--orphan", "booted", "init"}, "");
  EXPECT_TRUE(outcome.status.Success());
  std::string text;
  const Deadline deadline = Deadline::After(std::chrono::seconds(10));
  while (std::count(text.begin(), text.end(), '\n') < 2) {
    const auto ready = WaitFor(fd->get(), POLLIN, deadline);
    ASSERT_TRUE(ready.has_value() && *ready == Readiness::kReady) << text;
    char buffer[256];
    const ssize_t count = read(fd->get(), buffer, sizeof buffer);
    ASSERT_GT(count, 0);
    text.append(buffer, static_cast<size_t>(count));
  }
  EXPECT_TRUE(text.starts_with("booted:init\norphan:")) << text;
}

}  // namespace
}  // namespace loadline::probe
