// SPDX-License-Identifier: Apache-2.0
// One line on standard error that says how far a long run is; only on a terminal.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace loadline::cli {

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine() { Clear(); }
  void Show(int done, int total, bool unexpected, const std::string& id);
  void Clear();
  // Whether anybody sees it.
  bool on() const { return on_; }

 private:
  std::mutex mutex_;
  bool on_;
  bool shown_ = false;
  int unexpected_ = 0;
};

// Calls a function from another thread, four times a second, as long as it lives.
class Ticker {
 public:
  explicit Ticker(std::function<void()> tick);
  ~Ticker();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace loadline::cli
