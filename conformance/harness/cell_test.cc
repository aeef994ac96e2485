// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/cell.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "conformance/harness/cell_limits.h"

namespace loadline::conformance {
namespace {

// As when the scheduler takes one cell out of its list.
TEST(Cell, OneThatAnotherReplacesIsEndedWithItsGroups) {
  if (geteuid() != 0) GTEST_SKIP() << "cells need root";
  const auto hierarchies = Hierarchies();
  ASSERT_TRUE(hierarchies.has_value());
  if (hierarchies->empty()) GTEST_SKIP() << "no cgroup hierarchy is mounted";
  const std::string run = NewRunName();
  const auto view = MakeView(*hierarchies, {});
  ASSERT_TRUE(view.has_value());
  const auto group = [&](const char* cell) {
    return hierarchies->front().mount + "/loadline/" + run + "/" + cell;
  };
  std::vector<Cell> cells;
  cells.reserve(2);
  for (const char* name : {"0", "1"}) {
    auto groups = CellGroups::Make(*hierarchies, run, name, ShareOfHost());
    ASSERT_TRUE(groups.has_value()) << groups.error().ToLine();
    auto cell = Cell::Start(*view, std::move(*groups), [] {
      while (true) pause();
      return nlohmann::json();
    });
    ASSERT_TRUE(cell.has_value()) << cell.error().ToLine();
    cells.push_back(std::move(*cell));
  }
  cells.erase(cells.begin());
  EXPECT_FALSE(std::filesystem::exists(group("0")));
  EXPECT_TRUE(std::filesystem::exists(group("1")));
  cells.clear();
  EXPECT_FALSE(std::filesystem::exists(group("1")));
  RemoveRunGroups(*hierarchies, run);
}

}  // namespace
}  // namespace loadline::conformance
