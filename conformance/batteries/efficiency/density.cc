// SPDX-License-Identifier: Apache-2.0
// Many containers at once: what a start takes as their number grows, what each keeps of memory, and
// how many are launched in a second. Twice as many native twins are launched among them, so that
// what a machine does to all of them in the meantime falls out of every figure.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <optional>
#include <span>

#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/residents.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;
using Clock = std::chrono::steady_clock;

// How many: a sample, and with --full. Figures are told at each of them.
constexpr int kQuickCounts[] = {50, 100};
constexpr int kFullCounts[] = {50, 100, 200};
constexpr std::chrono::seconds kQuickTime{20};
constexpr std::chrono::seconds kFullTime{240};
constexpr size_t kFewest = 20;        // of which something can be told
constexpr size_t kTwinStarts = 3;     // for each twin that stays
constexpr int kWarmUp = 2;            // starts that are not compared
constexpr double kMemoryPart = 0.35;  // of the host's memory that containers may take here
// A start that takes half as long again among fifty others looks at all of them.
constexpr double kGrowthMargin = 0.5;
constexpr double kWidest = 0.25;

const std::string kGrowth = "loadline/efficiency/density-growth";
const std::string kMemory = "loadline/efficiency/density-memory";
const std::string kLaunch = "loadline/efficiency/density-launch";

int64_t HostMemory(const char* key) {
  std::ifstream file("/proc/meminfo");
  std::string word;
  int64_t kibibytes = 0;
  while (file >> word >> kibibytes) {
    if (word == key) return kibibytes * 1024;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

// One of many, containers or twins.
struct Launched {
  double milliseconds = 0;
  Residents residents;
  double bytes = 0;
};

// The later half over the first, pair by pair.
std::vector<double> GrowthOf(std::span<const double> values) {
  const size_t part = (values.size() - kWarmUp) / 2;
  std::vector<double> growth;
  for (size_t i = 0; i < part; ++i)
    growth.push_back(values[values.size() - part + i] / values[kWarmUp + i]);
  return growth;
}

// How much more the starts of one kind grow by than those of another that were launched beside
// them.
Estimate GrowthBeside(std::span<const double> times, std::span<const double> beside) {
  std::vector<double> ratios;
  for (size_t i = 0; i < times.size(); ++i) ratios.push_back(times[i] / beside[i]);
  return EstimateRatio(LogsOf(GrowthOf(ratios)), kSeed);
}

template <class Member>
std::vector<double> Each(std::span<const Launched> launched, Member member) {
  std::vector<double> values;
  for (const Launched& one : launched) values.push_back(one.*member);
  return values;
}

// The probe of the first container is that of all: copies of it would fill the cell's work area.
Result<void> ShareProgram(const Container& first, const Container& other) {
  const std::string from = first.bundle + "/rootfs" + kProbeInContainer;
  const std::string to = other.bundle + "/rootfs" + kProbeInContainer;
  if (unlink(to.c_str()) != 0) return CallError("unlink", to);
  if (link(from.c_str(), to.c_str()) != 0) return CallError("link", to);
  return {};
}

class DensityMeasurement {
 public:
  DensityMeasurement(Rig& rig, Findings& findings)
      : rig_(rig), findings_(findings), counts_(kQuickCounts) {
    if (rig.options().full) counts_ = kFullCounts;
  }

  Result<void> Run() {
    RETURN_IF_ERROR(LaunchAll());
    Weigh(contained_);
    Weigh(native_);
    for (Container* container : containers_) {
      rig_.ForgetCommands();
      rig_.Remove(*container);
    }
    Say();
    return {};
  }

 private:
  size_t Wanted() const { return static_cast<size_t>(counts_.back()); }

  // Why no further container is started; empty while nothing stands against it.
  std::string Limit(Clock::time_point begin, int64_t available) const {
    if (Clock::now() - begin > (rig_.options().full ? kFullTime : kQuickTime))
      return "the time was up";
    const int64_t taken = available - HostMemory("MemAvailable:");
    const auto total = static_cast<double>(HostMemory("MemTotal:"));
    if (static_cast<double>(taken) > total * kMemoryPart) return "the host's memory was used up";
    return "";
  }

  Result<void> LaunchAll() {
    const auto begin = Clock::now();
    const int64_t available = HostMemory("MemAvailable:");
    ASSIGN_OR_RETURN(twin_, rig_.NewContainer());
    known_ = ResidentsNow();
    while (stopped_.empty() && contained_.size() < Wanted()) {
      // Each kind comes first, second and third in turn.
      const size_t round = contained_.size();
      for (size_t turn = 0; turn < 3; ++turn) RETURN_IF_ERROR(Launch((round + turn) % 3));
      if (stopped_.empty()) stopped_ = Limit(begin, available);
    }
    // A container that failed has its twins all the same.
    native_.resize(contained_.size());
    native_again_.resize(contained_.size());
    return {};
  }

  Result<void> Launch(size_t kind) {
    if (kind == 0) return LaunchContainer();
    return LaunchTwin(kind == 1 ? native_ : native_again_);
  }

  Result<void> LaunchContainer() {
    const size_t index = contained_.size();
    rig_.ForgetCommands();
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    if (index > 0) RETURN_IF_ERROR(ShareProgram(*containers_.front(), *container));
    containers_.push_back(container);
    const auto start = Clock::now();
    const auto ran = rig_.Run(*container);
    if (!ran) {
      if (!IsCandidateError(ran.error()) || index < kFewest) return ran.error();
      stopped_ = failed_ = "container " + std::to_string(index + 1) + ": " + ran.error().what;
      return {};
    }
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    contained_.push_back({took.count(), Newcomers(known_), 0});
    known_.insert(contained_.back().residents.begin(), contained_.back().residents.end());
    return {};
  }

  // The middle one of a few starts, of which the last stays: a twin takes so short a time that a
  // glance of the host at something else is much of it.
  Result<void> LaunchTwin(std::vector<Launched>& launched) {
    std::optional<Native> twin;
    std::vector<double> times;
    while (times.size() < kTwinStarts) {
      twin.reset();
      const auto start = Clock::now();
      ASSIGN_OR_RETURN(twin, Native::Start(rig_, {"twin", twin_->bundle}));
      const std::chrono::duration<double, std::milli> took = Clock::now() - start;
      times.push_back(took.count());
    }
    std::sort(times.begin(), times.end());
    launched.push_back({times[times.size() / 2], {twin->pid()}, 0});
    known_.insert(twin->pid());
    twins_.push_back(std::move(*twin));
    return {};
  }

  // While all of them live, because pages that are shared count by the number of who has them.
  static void Weigh(std::vector<Launched>& launched) {
    for (Launched& one : launched) one.bytes = static_cast<double>(ProportionalSize(one.residents));
  }

  void Say() {
    const size_t count = contained_.size();
    if (count < kFewest) {
      for (const std::string& check : {kGrowth, kMemory, kLaunch})
        findings_.Say(check, Verdict::kEnvironment,
                      "no more than " + std::to_string(count) + " containers: " + stopped_);
      return;
    }
    SayGrowth();
    SayEach(kMemory, &Launched::bytes, "bytes", "the twin's memory");
    SayEach(kLaunch, &Launched::milliseconds, "milliseconds", "the start of the twin");
  }

  json Evidence() const {
    json evidence = {{"containers", contained_.size()},
                     {"wanted", Wanted()},
                     {"conditions", conditions_.ToJson()}};
    if (!stopped_.empty()) evidence["stopped"] = stopped_;
    return evidence;
  }

  void SayGrowth() {
    json evidence = Evidence();
    const std::vector<double> times = Each(contained_, &Launched::milliseconds);
    const std::vector<double> native = Each(native_, &Launched::milliseconds);
    const std::vector<double> again = Each(native_again_, &Launched::milliseconds);
    evidence["growth"] = Described(GrowthOf(times));
    evidence["native-growth"] = Described(GrowthOf(native));
    for (const int count : counts_) {
      if (count > static_cast<int>(times.size())) continue;
      const auto first = static_cast<size_t>(count);
      evidence["after"][std::to_string(count)] =
          ToJson(GrowthBeside(std::span(times).first(first), std::span(native).first(first)));
    }
    if (!failed_.empty()) {
      findings_.Judge(kGrowth, false, failed_, evidence);
      return;
    }
    SayParity(findings_, kGrowth, GrowthBeside(times, native), GrowthBeside(again, native),
              kGrowthMargin, "what the twin's starts grow by", std::move(evidence));
  }

  void SayEach(const std::string& check, double Launched::*member, const char* unit,
               const std::string& what) {
    const std::vector<double> contained = Each(contained_, member);
    const std::vector<double> native = Each(native_, member);
    json evidence = Evidence();
    evidence[unit] = Described(contained);
    evidence[std::string("native-") + unit] = Described(native);
    if (member == &Launched::milliseconds) {
      for (const int count : counts_) {
        if (count > static_cast<int>(contained.size())) continue;
        double sum = 0;
        for (const double value : std::span(contained).first(static_cast<size_t>(count)))
          sum += value;
        evidence["launchesPerSecond"][std::to_string(count)] = 1000.0 * count / sum;
      }
    }
    SayTold(findings_, check, EstimateRatio(LogRatios(contained, native), kSeed), kWidest, what,
            std::move(evidence));
  }

  Rig& rig_;
  Findings& findings_;
  std::span<const int> counts_;
  const Conditions conditions_;
  Container* twin_ = nullptr;
  std::vector<Container*> containers_;
  std::vector<Native> twins_;
  Residents known_;
  std::vector<Launched> contained_;
  std::vector<Launched> native_;
  std::vector<Launched> native_again_;
  std::string stopped_;
  std::string failed_;
};

}  // namespace

BatteryRun DensityRun() {
  return {"density",
          {{kGrowth, "a start takes no longer among many containers than among few", {kGrowth}, {}},
           {kMemory,
            "what each of many containers keeps of memory can be told from the noise",
            {kMemory},
            {}},
           {kLaunch,
            "how many containers are launched in a second can be told from the noise",
            {kLaunch},
            {}}},
          true,
          [](Rig& rig, Findings& findings) { return DensityMeasurement(rig, findings).Run(); },
          std::chrono::seconds(120),
          std::chrono::seconds(600)};
}

}  // namespace loadline::conformance::efficiency
