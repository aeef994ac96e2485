// SPDX-License-Identifier: Apache-2.0
#include "base/call_table.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <set>

namespace loadline::faults {
namespace {

TEST(CallTable, NamesEveryCallOnce) {
  std::set<long> numbers;
  for (const CallFaults& call : AllFaults())
    EXPECT_TRUE(numbers.insert(call.number).second) << call.name;
}

TEST(CallTable, WhatIsExemptSaysWhy) {
  for (const CallFaults& call : AllFaults())
    EXPECT_EQ(call.errors.empty(), !call.exempt_because.empty()) << call.name;
}

TEST(CallTable, ErrorsTakeTurns) {
  ASSERT_GT(ErrorCount(SYS_openat), 1U);
  EXPECT_EQ(ErrorFor(SYS_openat, 0), EMFILE);
  EXPECT_EQ(ErrorFor(SYS_openat, 1), ENOENT);
  EXPECT_EQ(ErrorFor(SYS_openat, ErrorCount(SYS_openat)), EMFILE);
  EXPECT_EQ(ErrorFor(SYS_exit_group, 0), 0);
}

TEST(CallTable, AnUnknownCallIsNotPassedOver) {
  EXPECT_EQ(FindFaults(100000), nullptr);
  EXPECT_EQ(ErrorFor(100000, 7), EINVAL);
  EXPECT_EQ(CallName(100000), "call 100000");
}

TEST(CallTable, CloseGivesItsDescriptorBackWhateverItSays) {
  EXPECT_TRUE(FindFaults(SYS_close)->made_anyway);
  EXPECT_FALSE(FindFaults(SYS_openat)->made_anyway);
}

TEST(CallTable, NamesErrors) {
  EXPECT_EQ(ErrorName(EMFILE), "EMFILE");
  EXPECT_EQ(ErrorName(99999), "99999");
}

}  // namespace
}  // namespace loadline::faults
