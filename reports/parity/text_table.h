// SPDX-License-Identifier: Apache-2.0
// A table of plain text whose columns are as wide as they need.
#pragma once

#include <string>
#include <vector>

namespace loadline::reports {

class TextTable {
 public:
  // The first word of a row is its heading.
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // A line per row, indented by two.
  std::string ToText() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace loadline::reports
