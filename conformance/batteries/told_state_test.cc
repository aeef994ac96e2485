// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/told_state.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

TEST(ToldState, HasWhatTheDocumentSays) {
  const ToldState state = ReadState(R"({"status": "running", "pid": 7, "id": "a"})");
  EXPECT_EQ(state.status, "running");
  EXPECT_EQ(state.pid, 7);
  EXPECT_EQ(ReadState(R"({"status": "stopped"})").pid, 0);
}

TEST(ToldState, WhatIsNoStateIsCalledSo) {
  for (const char* output : {"", "running", "[]", R"({"pid": 1})", R"({"status": 1})"})
    EXPECT_EQ(ReadState(output).status, "nothing that is a state") << output;
  EXPECT_EQ(ReadState(R"({"status": "running", "pid": "7"})").pid, 0);
}

}  // namespace
}  // namespace loadline::conformance
