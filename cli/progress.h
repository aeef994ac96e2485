// SPDX-License-Identifier: Apache-2.0
// One line on standard error that says how far a long run is; only on a terminal.
#pragma once

#include <string>

namespace loadline::cli {

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine() { Clear(); }
  void Show(int done, int total, bool unexpected, const std::string& id);
  void Clear();

 private:
  bool on_;
  bool shown_ = false;
  int unexpected_ = 0;
};

}  // namespace loadline::cli
