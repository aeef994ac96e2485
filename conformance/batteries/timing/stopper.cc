// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/timing/stopper.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "base/deadline.h"
#include "base/files.h"
#include "conformance/harness/leaks.h"

namespace loadline::conformance::timing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGlance{1};  // between two looks at who is there
// Every process is stopped when it is seen first, for as long that a wait of a fixed time that
// looks generous is over.
constexpr int kShortestFirst = 20;  // milliseconds
constexpr int kLongestFirst = 120;
// And again at some of the later looks.
constexpr int kLooksPerStop = 60;
constexpr int kLongestAgain = 30;

bool ExecutesProbe(pid_t pid) {
  std::error_code error;
  const auto program =
      std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
  // A process without a program, which is about to end, is not of interest either.
  return error || program.filename() == "loadline-probe";
}

bool IsTraced(pid_t pid) {
  const std::string status =
      ReadFile("/proc/" + std::to_string(pid) + "/status", 1 << 16).value_or("");
  const size_t line = status.find("\nTracerPid:\t");
  return line == std::string::npos || status[line + 12] != '0';
}

}  // namespace

class Stopper::Service {
 public:
  Service(UniqueFd wake, uint64_t seed)
      : wake_(std::move(wake)), random_(seed), thread_([this] { Serve(); }) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    const uint64_t one = 1;
    (void)!write(wake_.get(), &one, sizeof one);
    thread_.join();
  }

  int stops() const { return stops_; }

 private:
  // Somebody who stands, and when he goes on.
  struct Standing {
    pid_t pid = 0;
    UniqueFd pidfd;
    Deadline until = Deadline::Never();
  };

  void Serve() {
    while (true) {
      const auto woken = WaitFor(wake_.get(), POLLIN, Deadline::After(kGlance));
      if (!woken || *woken == Readiness::kReady) break;
      LetGo(false);
      for (const pid_t pid : LivingStrangers({})) Consider(pid);
    }
    LetGo(true);
  }

  void LetGo(bool all) {
    std::erase_if(standing_, [all](const Standing& one) {
      if (!all && !one.until.Passed()) return false;
      syscall(SYS_pidfd_send_signal, one.pidfd.get(), SIGCONT, nullptr, 0);
      return true;
    });
  }

  void Consider(pid_t pid) {
    if (std::any_of(standing_.begin(), standing_.end(),
                    [pid](const Standing& one) { return one.pid == pid; }))
      return;
    // Who executes the probe may yet become the candidate: the launcher does.
    if (ExecutesProbe(pid) || IsTraced(pid)) return;
    const bool first = seen_.insert(pid).second;
    if (!first && Between(1, kLooksPerStop) != 1) return;
    UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd || syscall(SYS_pidfd_send_signal, pidfd.get(), SIGSTOP, nullptr, 0) != 0) return;
    ++stops_;
    const int time = first ? Between(kShortestFirst, kLongestFirst) : Between(1, kLongestAgain);
    standing_.push_back({pid, std::move(pidfd), Deadline::After(milliseconds(time))});
  }

  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }

  UniqueFd wake_;
  std::mt19937_64 random_;
  std::set<pid_t> seen_;
  std::vector<Standing> standing_;
  std::atomic<int> stops_{0};
  std::thread thread_;  // last, so that all else is there when it begins
};

Result<Stopper> Stopper::Start(uint64_t seed) {
  if (getpid() != 1)
    return Failure("the stopper works in a cell alone: elsewhere it would stop everybody");
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return CallError("eventfd");
  return Stopper(std::make_unique<Service>(std::move(wake), seed));
}

int Stopper::stops() const { return service_->stops(); }

Stopper::Stopper(std::unique_ptr<Service> service) : service_(std::move(service)) {}
Stopper::Stopper(Stopper&&) noexcept = default;
Stopper& Stopper::operator=(Stopper&&) noexcept = default;
Stopper::~Stopper() = default;

}  // namespace loadline::conformance::timing
