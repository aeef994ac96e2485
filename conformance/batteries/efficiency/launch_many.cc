// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/launch_many.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>

#include "conformance/batteries/efficiency/residents.h"

namespace loadline::conformance::efficiency {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kTwinStarts = 3;     // for each twin that stays
constexpr double kMemoryPart = 0.35;  // of the host's memory that containers may take here

double HostMemory(const char* key) {
  std::ifstream file("/proc/meminfo");
  std::string word;
  double kibibytes = 0;
  while (file >> word >> kibibytes) {
    if (word == key) return kibibytes * 1024;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

// Containers and twins run the same file: a page of it counts by the number of who has it, and
// copies of it would fill the cell's work area.
Result<void> ShareProgram(const Container& twin, const Container& container) {
  const std::string from = twin.bundle + "/rootfs" + kProbeInContainer;
  const std::string to = container.bundle + "/rootfs" + kProbeInContainer;
  if (unlink(to.c_str()) != 0) return CallError("unlink", to);
  if (link(from.c_str(), to.c_str()) != 0) return CallError("link", to);
  return {};
}

class Launching {
 public:
  Launching(Rig& rig, std::chrono::seconds time) : rig_(rig), time_(time) {}

  Result<Many> Run(std::span<const size_t> counts) {
    ASSIGN_OR_RETURN(twin_, rig_.NewContainer());
    known_ = ResidentsNow();
    for (const size_t count : counts) {
      RETURN_IF_ERROR(LaunchUpTo(count));
      if (!many_.stopped.empty()) break;
      Weigh(count);
    }
    for (Container* container : containers_) {
      rig_.ForgetCommands();
      rig_.Remove(*container);
    }
    return std::move(many_);
  }

 private:
  Result<void> LaunchUpTo(size_t count) {
    many_.stopped = WhyNot(count);
    while (many_.stopped.empty() && many_.milliseconds.contained.size() < count) {
      for (const Side side : TurnsOf(many_.milliseconds.contained.size())) {
        RETURN_IF_ERROR(side == Side::kContained ? LaunchContainer() : LaunchTwin(side));
        if (many_.failed) return {};
      }
      many_.stopped = WhyNot(many_.milliseconds.contained.size());
    }
    return {};
  }

  // Why there cannot be so many; empty while nothing stands against it. What has begun is of use
  // only when the next count is reached as well.
  std::string WhyNot(size_t count) const {
    const std::chrono::duration<double> took = Clock::now() - begin_;
    const auto so_far = static_cast<double>(many_.milliseconds.contained.size());
    const double part = so_far > 0 ? static_cast<double>(count) / so_far : 1;
    if (took * part > time_) return "the time was up";
    if (available_ - HostMemory("MemAvailable:") > HostMemory("MemTotal:") * kMemoryPart)
      return "the host's memory was used up";
    return "";
  }

  Result<void> LaunchContainer() {
    rig_.ForgetCommands();
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    RETURN_IF_ERROR(ShareProgram(*twin_, *container));
    containers_.push_back(container);
    const auto start = Clock::now();
    auto ran = rig_.Run(*container);
    if (!ran) {
      if (!IsCandidateError(ran.error())) return ran;
      many_.failed = std::move(ran).error();
      many_.failed->what =
          "container " + std::to_string(containers_.size()) + ": " + many_.failed->what;
      many_.stopped = many_.failed->what;
      return {};
    }
    many_.milliseconds.contained.push_back(MillisecondsSince(start));
    ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
    Residents came = Newcomers(known_);
    known_.insert(came.begin(), came.end());
    residents_.contained.push_back(came);
    for (const pid_t of_program : FamilyOf(pid, came)) came.erase(of_program);
    of_runtime_.push_back(std::move(came));
    return {};
  }

  // The middle one of a few starts, of which the last stays: a twin takes so short a time that a
  // glance of the host at something else is much of it.
  Result<void> LaunchTwin(Side side) {
    std::optional<Native> twin;
    std::vector<double> times;
    while (times.size() < kTwinStarts) {
      twin.reset();
      const auto start = Clock::now();
      ASSIGN_OR_RETURN(twin, StartTwin(rig_, *twin_));
      times.push_back(MillisecondsSince(start));
    }
    std::sort(times.begin(), times.end());
    many_.milliseconds[side].push_back(times[times.size() / 2]);
    residents_[side].push_back({twin->pid()});
    known_.insert(twin->pid());
    twins_.push_back(std::move(*twin));
    return {};
  }

  // While all of them live, because pages that are shared count by the number of who has them.
  void Weigh(size_t count) {
    const auto weigh = [count](const std::vector<Residents>& of_each, BytesAmong& bytes) {
      for (const Residents& of_one : of_each)
        bytes[count].push_back(static_cast<double>(ProportionalSize(of_one)));
    };
    for (const Side side : kSides) weigh(residents_[side], many_.bytes[side]);
    weigh(of_runtime_, many_.bytes_of_runtime);
  }

  Rig& rig_;
  const std::chrono::seconds time_;
  const Clock::time_point begin_ = Clock::now();
  const double available_ = HostMemory("MemAvailable:");
  Container* twin_ = nullptr;
  std::vector<Container*> containers_;
  std::vector<Native> twins_;
  Residents known_;
  Sides<std::vector<Residents>> residents_;  // of each
  std::vector<Residents> of_runtime_;
  Many many_;
};

}  // namespace

Result<Many> LaunchMany(Rig& rig, std::span<const size_t> counts, std::chrono::seconds time) {
  return Launching(rig, time).Run(counts);
}

}  // namespace loadline::conformance::efficiency
