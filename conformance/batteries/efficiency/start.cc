// SPDX-License-Identifier: Apache-2.0
// How long a start takes: from the first call of the candidate, or the clone of the twin, to the
// first word of the program; and create, start and delete each.
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <string>

#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/counter.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/turns.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr Setting kQuick{20, 60, std::chrono::seconds(10)};
constexpr Setting kFull{60, 200, std::chrono::seconds(90)};
constexpr int kCounted = 3;       // starts whose system calls are counted, and which are not timed
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
  Sides<std::vector<double>> whole;  // of a container create and start
  std::vector<double> create;
  std::vector<double> start;  // from the call of start to the first word of the program
  std::vector<double> removal;
  std::vector<double> native_end;
  std::vector<double> calls;  // of create and start together, as all below
  std::vector<double> tasks;
  std::vector<double> faults;
  std::vector<double> processor_ms;
};

// What the candidate's calls took, apart from time: counts, which no neighbour disturbs.
struct Counts {
  double tasks = 0;   // processes and threads that were made in the cell
  double faults = 0;  // of pages, of what has ended and was waited for
  double processor_ms = 0;
};

Counts CountsNow() {
  Counts counts;
  // "0.20 0.18 0.12 1/80 11206": the last pid that was given away, of this namespace.
  std::ifstream file("/proc/loadavg");
  std::string word;
  for (int i = 0; i < 4; ++i) file >> word;
  file >> counts.tasks;
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  counts.faults = static_cast<double>(usage.ru_minflt);
  for (const timeval& part : {usage.ru_utime, usage.ru_stime})
    counts.processor_ms +=
        static_cast<double>(part.tv_sec) * 1e3 + static_cast<double>(part.tv_usec) / 1e3;
  return counts;
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
    RETURN_IF_ERROR(CountCalls());
    Say();
    return {};
  }

 private:
  Estimate Whole(int resamples = kResamples) const {
    return EstimateRatio(LogRatios(times_.whole.contained, times_.whole.native), kSeed, resamples);
  }

  Result<void> Pair(int pair) {
    for (const Side side : TurnsOf(static_cast<size_t>(pair)))
      RETURN_IF_ERROR(side == Side::kContained ? TimeContainer() : TimeTwin(side));
    return {};
  }

  Result<void> TimeTwin(Side side) {
    const auto begin = Clock::now();
    ASSIGN_OR_RETURN(Native started, StartTwin(rig_, *twin_));
    times_.whole[side].push_back(MillisecondsSince(begin));
    std::optional<Native> twin(std::move(started));
    const auto end = Clock::now();
    twin.reset();  // killed and reaped
    if (side == Side::kNative) times_.native_end.push_back(MillisecondsSince(end));
    return {};
  }

  Result<void> TimeContainer() {
    rig_.ForgetCommands();
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    const Counts before = CountsNow();
    const auto begin = Clock::now();
    RETURN_IF_ERROR(rig_.Create(*container));
    const double create = MillisecondsSince(begin);
    RETURN_IF_ERROR(rig_.Start(*container));
    const double whole = MillisecondsSince(begin);
    const Counts after = CountsNow();
    const auto end = Clock::now();
    RETURN_IF_ERROR(rig_.Do("deleteForce", *container));
    const double removal = MillisecondsSince(end);
    rig_.Remove(*container);
    times_.create.push_back(create);
    times_.start.push_back(whole - create);
    times_.whole.contained.push_back(whole);
    times_.removal.push_back(removal);
    times_.tasks.push_back(after.tasks - before.tasks);
    times_.faults.push_back(after.faults - before.faults);
    times_.processor_ms.push_back(after.processor_ms - before.processor_ms);
    return {};
  }

  // System calls of the candidate and of the program until its first word. Where nothing counts
  // them none are told.
  Result<void> CountCalls() {
    const auto attach = [&](Whom whom) {
      return Counter::Attach({getpid()}, whom, -1, rig_.paths().work);
    };
    for (int i = 0; i < kCounted; ++i) {
      ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
      const auto alone = attach(Whom::kThemselves);
      if (!alone && alone.error().number == ENOTSUP) return {};
      if (!alone) return alone.error();
      ASSIGN_OR_RETURN(const Counter all, attach(Whom::kAndTheirChildren));
      RETURN_IF_ERROR(rig_.Run(*container));
      ASSIGN_OR_RETURN(const int64_t own, alone->Read());
      ASSIGN_OR_RETURN(const int64_t together, all.Read());
      times_.calls.push_back(static_cast<double>(together - own));
      rig_.Remove(*container);
    }
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
    const std::vector<double>& native = times_.whole.native;
    const Estimate control = EstimateRatio(LogRatios(times_.whole.native_again, native), kSeed);
    json evidence = EvidenceOf(times_.whole.contained, native);
    evidence["systemCalls"] = Described(times_.calls);
    evidence["tasks"] = Described(times_.tasks);
    evidence["pageFaults"] = Described(times_.faults);
    evidence["processorMilliseconds"] = Described(times_.processor_ms);
    SayTold(findings_, kStart, Whole(), control, kWidest, "the start of the twin", evidence);
    SayBound(findings_, kBound, Whole(), kMostTimes, "the start of the twin", evidence);
    Tell(kCreateCall, times_.create, native, "the start of the twin");
    Tell(kStartCall, times_.start, native, "the start of the twin");
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
