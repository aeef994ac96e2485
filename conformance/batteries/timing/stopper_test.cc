// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/timing/stopper.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "base/deadline.h"
#include "conformance/harness/cell.h"
#include "conformance/harness/cell_limits.h"

namespace loadline::conformance::timing {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kPatience{30};
constexpr const char* kCounting = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exit 7";

TEST(Stopper, StopsNobodyOutsideOfACell) { EXPECT_FALSE(Stopper::Start(1).has_value()); }

json CountWhileStopped() {
  RunOptions run;
  run.spawn.argv = {"/bin/sh", "-c", kCounting};
  run.deadline = Deadline::After(kPatience);
  auto stopper = Stopper::Start(1974);
  if (!stopper) return {{"error", stopper.error().ToLine()}};
  const auto outcome = RunToEnd(run);
  if (!outcome) return {{"error", outcome.error().ToLine()}};
  return {{"code", outcome->status.code}, {"stops", stopper->stops()}};
}

TEST(Stopper, WhoIsStoppedGoesOnAndEndsAsHeWould) {
  if (geteuid() != 0) GTEST_SKIP() << "cells need root";
  const auto hierarchies = Hierarchies();
  ASSERT_TRUE(hierarchies.has_value());
  if (hierarchies->empty()) GTEST_SKIP() << "no cgroup hierarchy is mounted";
  const std::string run = NewRunName();
  const auto view = MakeView(*hierarchies, {});
  ASSERT_TRUE(view.has_value());
  auto groups = CellGroups::Make(*hierarchies, run, "0", ShareOfHost());
  ASSERT_TRUE(groups.has_value()) << groups.error().ToLine();
  {
    auto cell = Cell::Start(*view, std::move(*groups), CountWhileStopped);
    ASSERT_TRUE(cell.has_value()) << cell.error().ToLine();
    const Deadline deadline = Deadline::After(2 * kPatience);
    while (!cell->ReadMore()) {
      const auto ready = WaitFor(cell->answer_fd(), POLLIN, deadline);
      ASSERT_TRUE(ready.has_value() && *ready == Readiness::kReady) << "the cell does not answer";
    }
    const auto answer = cell->TakeAnswer();
    ASSERT_TRUE(answer.has_value()) << answer.error().ToLine();
    EXPECT_EQ(answer->value("code", 0), 7) << *answer;
    EXPECT_GT(answer->value("stops", 0), 0) << *answer;
  }
  RemoveRunGroups(*hierarchies, run);
}

}  // namespace
}  // namespace loadline::conformance::timing
