// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/point.h"

#include <gmock/gmock.h>
#include <sys/syscall.h>

#include <cerrno>
#include <set>

namespace loadline::conformance::faults {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

std::vector<HeardCall> Calls(long number, size_t count, bool by_runtime = true) {
  return std::vector<HeardCall>(count, {number, by_runtime});
}

std::vector<std::string> Texts(const std::vector<Point>& points) {
  std::vector<std::string> texts;
  for (const Point& point : points) texts.push_back(point.ToText());
  return texts;
}

TEST(Point, IsReadAsItIsWritten) {
  for (const char* text :
       {"create/mkdirat/2/ENOSPC", "exec/clone/1/KILL", "delete/unlinkat/3/KILL-RUNTIME"}) {
    const auto point = Point::Parse(text);
    ASSERT_TRUE(point.has_value()) << text;
    EXPECT_EQ(point->ToText(), text);
  }
  const auto point = Point::Parse("create/mkdirat/2/ENOSPC");
  EXPECT_EQ(point->operation, "create");
  EXPECT_EQ(point->fault.call, SYS_mkdirat);
  EXPECT_EQ(point->fault.nth, 2u);
  EXPECT_EQ(point->fault.error, ENOSPC);
}

TEST(Point, WhatIsNoneIsWrongUsage) {
  for (const char* text :
       {"", "create", "create/mkdirat/2", "create/no-such/1/EIO", "create/mkdirat/0/EIO",
        "create/mkdirat/1/ENOSUCH", "create/mkdirat/1/EIO/more"}) {
    const auto point = Point::Parse(text);
    ASSERT_FALSE(point.has_value()) << text;
    EXPECT_EQ(point.error().kind, ErrorKind::kUsage) << text;
  }
}

TEST(Points, WhatIsMadeAnywayOrCannotFailIsLeftOut) {
  EXPECT_THAT(AllCalls(),
              AllOf(Contains(SYS_openat), Not(Contains(SYS_close)), Not(Contains(SYS_exit_group))));
}

TEST(Points, ASampleHasTheFirstTheLastAndFewBetween) {
  const auto points = Texts(ErrorPoints("create", Calls(SYS_mkdirat, 100), false));
  EXPECT_EQ(points.size(), 7u);
  EXPECT_THAT(points, Contains(testing::StartsWith("create/mkdirat/1/")));
  EXPECT_THAT(points, Contains(testing::StartsWith("create/mkdirat/100/")));
  EXPECT_EQ(points, Texts(ErrorPoints("create", Calls(SYS_mkdirat, 100), false)));
}

TEST(Points, TheWholeHasEveryOccurrenceAndAllErrorsAtTheEdges) {
  const auto points = Texts(ErrorPoints("create", Calls(SYS_mkdirat, 5), true));
  EXPECT_EQ(points.size(), 3u + 2 * 2);
  EXPECT_EQ(std::set<std::string>(points.begin(), points.end()).size(), points.size());
  EXPECT_THAT(points,
              AllOf(Contains("create/mkdirat/5/ENOSPC"), Contains("create/mkdirat/5/EROFS")));
}

TEST(Points, TheRuntimeIsKilledApartWhereAnotherProcessCalls) {
  EXPECT_EQ(Texts(KillPoints("start", Calls(SYS_read, 2), true)),
            (std::vector<std::string>{"start/read/1/KILL", "start/read/2/KILL"}));
  EXPECT_EQ(Texts(KillPoints("start", Calls(SYS_read, 1, false), true)),
            (std::vector<std::string>{"start/read/1/KILL", "start/read/1/KILL-RUNTIME"}));
  EXPECT_LE(KillPoints("start", Calls(SYS_read, 1000), false).size(), 25u);
}

}  // namespace
}  // namespace loadline::conformance::faults
