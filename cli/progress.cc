// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "base/pipe.h"

namespace loadline::cli {
namespace {

void Say(const std::string& text) {
  auto said = WriteAll(STDERR_FILENO, text);
  (void)said;  // progress is for whoever looks
}

size_t Width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

ProgressLine::ProgressLine(bool quiet) {
  const char* terminal = std::getenv("TERM");
  on_ = !quiet && isatty(STDERR_FILENO) != 0 && terminal != nullptr &&
        std::string_view(terminal) != "dumb";
}

void ProgressLine::Show(int done, int total, bool unexpected, const std::string& id) {
  const std::lock_guard lock(mutex_);
  unexpected_ += unexpected ? 1 : 0;
  if (!on_) return;
  std::string line = "[" + std::to_string(done) + "/" + std::to_string(total) + "] ";
  if (unexpected_ > 0) line += std::to_string(unexpected_) + " unexpected  ";
  line += id;
  if (line.size() >= Width()) line.resize(Width() - 1);
  Say("\r\033[K" + line);
  shown_ = true;
}

void ProgressLine::Clear() {
  const std::lock_guard lock(mutex_);
  if (shown_) Say("\r\033[K");
  shown_ = false;
}

Ticker::Ticker(std::function<void()> tick)
    : thread_([this, tick = std::move(tick)] {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, std::chrono::milliseconds(250), [this] { return over_; }))
          tick();
      }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace loadline::cli
