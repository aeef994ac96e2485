// SPDX-License-Identifier: Apache-2.0
// What a system's report is judged by: each of these is a way in which a boot is not whole.
#include "conformance/batteries/machine/report.h"

#include <gmock/gmock.h>

namespace loadline::conformance::machine {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kStarted = "39f53479d3a045ac8e11786248231fbf";
constexpr const char* kStopped = "9d1aaa27d60140bd96365438aad20286";

void Add(Report& report, const char* kind, const std::string& unit) {
  const json entry = {{"MESSAGE_ID", kind}, {"UNIT", unit}, {"MESSAGE", "…"}};
  EXPECT_TRUE(TakeLine(report, "entry:" + entry.dump()));
}

void Begin(Report& report) {
  for (const char* unit :
       {"sysinit.target", "timers.target", "basic.target", "loadline-first.service",
        "loadline-second.service", "multi-user.target"})
    Add(report, kStarted, unit);
}

void End(Report& report) {
  for (const char* unit : {"multi-user.target", "loadline-second.service", "loadline-first.service",
                           "dbus.service", "basic.target", "sysinit.target"})
    Add(report, kStopped, unit);
  Add(report, kStarted, "shutdown.target");
}

void Say(Report& report, const std::string& unit, const std::string& transport) {
  const json entry = {
      {"MESSAGE", "loadline: all is there"}, {"_SYSTEMD_UNIT", unit}, {"_TRANSPORT", transport}};
  EXPECT_TRUE(TakeLine(report, "entry:" + entry.dump()));
}

Report OneLife() {
  Report report;
  Begin(report);
  Say(report, "loadline-report.service", "stdout");
  return report;
}

TEST(Report, IsTakenLineByLine) {
  Report report;
  for (const char* line :
       {"os:\"Debian GNU/Linux 12 (bookworm)\"", "version:systemd 252 (252.39-1)",
        "controllers:cpu pids", "system:degraded", "failed:a.service loaded failed failed About"})
    EXPECT_TRUE(TakeLine(report, line)) << line;
  EXPECT_EQ(report.os, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(report.version, "systemd 252 (252.39-1)");
  EXPECT_EQ(report.controllers, "cpu pids");
  EXPECT_EQ(report.state, "degraded");
  EXPECT_THAT(report.failed, ElementsAre("a.service"));
  EXPECT_FALSE(report.whole);
  EXPECT_TRUE(TakeLine(report, kReported));
  EXPECT_TRUE(report.whole);
}

TEST(Report, LeavesOtherLinesAlone) {
  Report report;
  EXPECT_FALSE(TakeLine(report, "started:first"));
  EXPECT_FALSE(TakeLine(report, ""));
  EXPECT_TRUE(TakeLine(report, "entry:not JSON")) << "it is the script's, and says nothing";
  EXPECT_THAT(report.entries, IsEmpty());
}

TEST(Report, OnlyARunningSystemIsWhole) {
  Report report;
  report.state = "running";
  EXPECT_EQ(WrongState(report), "");
  report.failed = {"a.service"};
  EXPECT_THAT(WrongState(report), HasSubstr("a.service failed"));
  report = {};
  EXPECT_NE(WrongState(report), "") << "it said nothing";
  report.state = "starting";
  EXPECT_THAT(WrongState(report), HasSubstr("starting"));
}

TEST(Report, TheBootIsInOrder) {
  EXPECT_EQ(WrongBoot(OneLife()), "");
  EXPECT_NE(WrongBoot(Report()), "") << "an empty journal tells of nothing";
  Report swapped = OneLife();
  std::swap(swapped.entries[3], swapped.entries[4]);
  EXPECT_THAT(WrongBoot(swapped), HasSubstr("second.service, started loadline-first.service"));
  Report late = OneLife();
  Add(late, kStopped, "basic.target");
  EXPECT_NE(WrongBoot(late), "") << "it is not there any more";
}

TEST(Report, AServiceIsHeard) {
  Report silent;
  Begin(silent);
  EXPECT_THAT(WrongBoot(silent), HasSubstr("what a service said"));
  Say(silent, "somebody.service", "stdout");
  Say(silent, "loadline-report.service", "syslog");
  EXPECT_THAT(WrongBoot(silent), HasSubstr("what a service said")) << "others said it";
}

TEST(Report, OnlyTheLastLifeIsTheBoot) {
  Report report;
  Begin(report);
  End(report);
  Begin(report);
  Say(report, "loadline-report.service", "stdout");
  EXPECT_EQ(WrongBoot(report), "");
}

TEST(Report, TellsOfEachLifeAndItsEnd) {
  Report report = OneLife();
  EXPECT_EQ(WrongLives(report, 1), "");
  EXPECT_THAT(WrongLives(report, 2), HasSubstr("2 lives, has after 5 events nothing"));
  End(report);
  Begin(report);
  EXPECT_EQ(WrongLives(report, 2), "");
  EXPECT_NE(WrongLives(report, 1), "") << "somebody else's life is in it";
  std::swap(report.entries[8], report.entries[9]);
  EXPECT_THAT(WrongLives(report, 2),
              HasSubstr("6 events stopped loadline-first.service, not stopped loadline-second"));
}

TEST(Report, ALifeThatEndsWithoutOrderIsSeen) {
  Report report = OneLife();
  Begin(report);  // it was killed
  EXPECT_THAT(WrongLives(report, 2), HasSubstr("started sysinit.target, not stopped multi-user"));
}

}  // namespace
}  // namespace loadline::conformance::machine
