// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/schedule.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>

#include "conformance/harness/container.h"
#include "conformance/harness/resctrl.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// Holds SIGINT and SIGTERM back while it lives, and makes them readable.
class SignalWatch {
 public:
  SignalWatch() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, &before_);
    fd_.Reset(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~SignalWatch() {
    // What has come is answered by the caller's EINTR, so it must not strike again.
    signalfd_siginfo info{};
    while (read(fd_.get(), &info, sizeof info) > 0) {
    }
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  int fd() const { return fd_.get(); }

 private:
  sigset_t before_{};
  UniqueFd fd_;
};

struct Running {
  size_t index;
  Cell cell;
  Deadline deadline;
};

json Problem(const char* verdict, const std::string& message) {
  return {{"problem", {{"verdict", verdict}, {"message", message}}}};
}

class Scheduler {
 public:
  explicit Scheduler(const Schedule& schedule)
      : schedule_(schedule), run_(NewRunName()), containers_(ContainerPrefix()) {}
  ~Scheduler() {
    running_.clear();
    RemoveRunGroups(schedule_.hierarchies, run_);
    // Those of cells that were ended before they could.
    RemoveResctrlGroups(schedule_.view.resctrl, {containers_});
  }
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Result<void> Run() {
    while (next_ < schedule_.count || !running_.empty()) {
      while (next_ < schedule_.count && running_.size() < static_cast<size_t>(schedule_.jobs))
        StartNext();
      if (running_.empty()) continue;
      RETURN_IF_ERROR(Wait());
      for (size_t i = running_.size(); i-- > 0;) Look(i);
    }
    return {};
  }

 private:
  void StartNext() {
    const size_t index = next_++;
    auto groups =
        CellGroups::Make(schedule_.hierarchies, run_, std::to_string(index), schedule_.limits);
    if (!groups) {
      schedule_.done(index, Problem("environment", groups.error().ToLine() +
                                                       "; cells need a writable cgroup hierarchy"));
      return;
    }
    auto cell = Cell::Start(schedule_.view, std::move(*groups),
                            [this, index] { return schedule_.work(index); });
    if (!cell) {
      schedule_.done(index, Problem("environment",
                                    cell.error().ToLine() + "; cells need root and namespaces"));
      return;
    }
    running_.push_back({index, std::move(*cell), Deadline::After(schedule_.cell_time)});
  }

  Result<void> Wait() {
    std::vector<pollfd> entries{{signals_.fd(), POLLIN, 0}};
    Deadline first = Deadline::Never();
    for (const Running& one : running_) {
      entries.push_back({one.cell.answer_fd(), POLLIN, 0});
      first = Deadline::Earlier(first, one.deadline);
    }
    if (poll(entries.data(), entries.size(), first.PollTimeout()) < 0 && errno != EINTR)
      return CallError("poll");
    if (entries[0].revents == 0) return {};
    return Failure(ErrorKind::kInterrupted, "interrupted");
  }

  // Finishes the cell at `position` if its answer is whole or its time is over.
  void Look(size_t position) {
    Running& one = running_[position];
    const bool whole = one.cell.ReadMore();
    if (!whole && !one.deadline.Passed()) return;
    const size_t index = one.index;
    json answer = Problem("timeout", "the cell did not answer in time");
    if (whole) {
      auto taken = one.cell.TakeAnswer();
      answer = taken ? std::move(*taken) : Problem("error", taken.error().ToLine());
    }
    running_.erase(running_.begin() + static_cast<ptrdiff_t>(position));
    schedule_.done(index, std::move(answer));
  }

  const Schedule& schedule_;
  const std::string run_;
  const std::string containers_;  // what their ids begin with
  SignalWatch signals_;
  std::vector<Running> running_;
  size_t next_ = 0;
};

}  // namespace

Result<void> RunInCells(const Schedule& schedule) { return Scheduler(schedule).Run(); }

}  // namespace loadline::conformance
