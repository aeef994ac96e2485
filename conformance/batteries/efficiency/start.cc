// SPDX-License-Identifier: Apache-2.0
// How long a start takes: from the first call of the candidate, or the clone of the twin, to the
// first word of the program; and create, start and delete each.
#include <cmath>
#include <optional>

#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr Setting kQuick{20, 60, std::chrono::seconds(10)};
constexpr Setting kFull{60, 200, std::chrono::seconds(90)};
constexpr double kWidest = 0.25;  // of half the interval of a figure that says something
// Published starts of runtimes lie between 6 and 280 ms, and a twin takes a few: whoever needs more
// than this waits for something.
constexpr double kMostTimes = 100;

const std::string kStart = "loadline/efficiency/start";
const std::string kBound = "loadline/efficiency/start-bound";
const std::string kCreateCall = "loadline/efficiency/create-call";
const std::string kStartCall = "loadline/efficiency/start-call";
const std::string kDeleteCall = "loadline/efficiency/delete-call";

// Milliseconds of each pair, in order.
struct Times {
  std::vector<double> create;
  std::vector<double> start;  // from the call of start to the first word of the program
  std::vector<double> removal;
  std::vector<double> whole;  // create and start
  std::vector<double> native;
  std::vector<double> native_again;
  std::vector<double> native_end;
};

double MillisecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

class StartMeasurement {
 public:
  StartMeasurement(Rig& rig, Findings& findings)
      : rig_(rig), findings_(findings), setting_(rig.options().full ? kFull : kQuick) {}

  Result<void> Run() {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    twin_ = twin;
    const auto begin = Clock::now();
    for (int pair = 0; pair < setting_.most; ++pair) {
      if (pair >= kFewestPairs && Clock::now() - begin >= setting_.time) break;
      if (pair >= setting_.fewest && Whole(kFewResamples).HalfWidth() <= kWidest / 2) break;
      RETURN_IF_ERROR(Pair(pair));
    }
    Say();
    return {};
  }

 private:
  Estimate Whole(int resamples = kResamples) const {
    return EstimateRatio(LogRatios(times_.whole, times_.native), kSeed, resamples);
  }

  Result<void> Pair(int pair) {
    RETURN_IF_ERROR(pair % 2 == 0 ? TimeTwin(times_.native) : TimeContainer());
    RETURN_IF_ERROR(pair % 2 == 0 ? TimeContainer() : TimeTwin(times_.native));
    return TimeTwin(times_.native_again);
  }

  Result<void> TimeTwin(std::vector<double>& times) {
    const auto begin = Clock::now();
    ASSIGN_OR_RETURN(Native started, Native::Start(rig_, {"twin", twin_->bundle}));
    times.push_back(MillisecondsSince(begin));
    std::optional<Native> twin(std::move(started));
    const auto end = Clock::now();
    twin.reset();  // killed and reaped
    if (&times == &times_.native) times_.native_end.push_back(MillisecondsSince(end));
    return {};
  }

  Result<void> TimeContainer() {
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    const auto begin = Clock::now();
    RETURN_IF_ERROR(rig_.Create(*container));
    const double create = MillisecondsSince(begin);
    RETURN_IF_ERROR(rig_.Start(*container));
    const double whole = MillisecondsSince(begin);
    const auto end = Clock::now();
    RETURN_IF_ERROR(rig_.Do("deleteForce", *container));
    const double removal = MillisecondsSince(end);
    rig_.Remove(*container);
    rig_.ForgetCommands();
    times_.create.push_back(create);
    times_.start.push_back(whole - create);
    times_.whole.push_back(whole);
    times_.removal.push_back(removal);
    return {};
  }

  json EvidenceOf(const std::vector<double>& times, const std::vector<double>& native) const {
    return {{"milliseconds", Described(times)},
            {"nativeMilliseconds", Described(native)},
            {"conditions", conditions_.ToJson()}};
  }

  void Tell(const std::string& check, const std::vector<double>& times,
            const std::vector<double>& native, const std::string& what) {
    SayTold(findings_, check, EstimateRatio(LogRatios(times, native), kSeed), kWidest, what,
            EvidenceOf(times, native));
  }

  void Say() {
    const Estimate control = EstimateRatio(LogRatios(times_.native_again, times_.native), kSeed);
    json evidence = EvidenceOf(times_.whole, times_.native);
    evidence["nativeAgainstNative"] = ToJson(control);
    SayTold(findings_, kStart, Whole(), kWidest, "the start of the twin", evidence);
    SayBound(findings_, kBound, Whole(), kMostTimes, "the start of the twin", evidence);
    Tell(kCreateCall, times_.create, times_.native, "the start of the twin");
    Tell(kStartCall, times_.start, times_.native, "the start of the twin");
    Tell(kDeleteCall, times_.removal, times_.native_end, "the end of the twin");
  }

  Rig& rig_;
  Findings& findings_;
  const Setting setting_;
  const Conditions conditions_;
  Container* twin_ = nullptr;
  Times times_;
};

}  // namespace

BatteryRun StartRun() {
  return {"start",
          {{kStart, "the time of a start can be told from the noise", {kStart}, {}},
           {kBound,
            "a container starts within a hundred times the time of its native twin",
            {kBound},
            {}},
           {kCreateCall, "the time of create can be told from the noise", {kCreateCall}, {}},
           {kStartCall,
            "the time from start to the program's first word can be told from the noise",
            {kStartCall},
            {}},
           {kDeleteCall,
            "the time of deleting what runs can be told from the noise",
            {kDeleteCall},
            {}}},
          true,
          [](Rig& rig, Findings& findings) { return StartMeasurement(rig, findings).Run(); },
          std::chrono::seconds(80),
          std::chrono::seconds(200)};
}

}  // namespace loadline::conformance::efficiency
