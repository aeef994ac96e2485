// SPDX-License-Identifier: Apache-2.0
// The same work in a container and in its native twin, in turns on the same processor, beside a
// second twin that shows what the machine makes of the same.
#include <algorithm>
#include <cmath>
#include <random>

#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/turns.h"
#include "conformance/batteries/processors.h"
#include "conformance/probe/workload.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using probe::Workload;
using probe::WorkloadArea;
using reports::Verdict;
using Clock = std::chrono::steady_clock;

constexpr int kPairs = 6;        // of one invocation
constexpr int kLeast = 4;        // invocations, however long they take
constexpr double kSlowest = 10;  // samples' time that one in a container may take
constexpr Setting kQuick{8, 24, std::chrono::seconds(10)};
constexpr Setting kFull{16, 60, std::chrono::seconds(60)};

std::string CheckOf(const Workload& workload) {
  return "loadline/efficiency/" + std::string(workload.name);
}

json WorkMessage(const Workload& workload, int64_t count) {
  return {{"tell", "work"}, {"name", workload.name}, {"count", count}};
}

Result<double> NanosecondsOf(Result<json> answer) {
  if (!answer) return std::move(answer).error();
  if (answer->contains("nanoseconds")) return std::max((*answer)["nanoseconds"].get<double>(), 1.0);
  return CandidateError("the work could not be done: " + answer->dump());
}

// The pairs of one workload so far: container against native, and native against native.
struct Series {
  const Workload* workload = nullptr;
  int64_t count = 1;            // of one native sample
  int64_t container_count = 0;  // of one in the container: fewer where it is very slow
  std::vector<Invocation> container;
  std::vector<Invocation> control;
  std::string failed;      // what came of it in the container, instead of a time
  std::string impossible;  // or natively
  bool settled = false;
  bool Open() const { return failed.empty() && impossible.empty() && !settled; }
  double SampleNs() const { return workload->sample_ms * 1e6; }
};

class AreaMeasurement {
 public:
  AreaMeasurement(const WorkloadArea& area, Rig& rig, Findings& findings)
      : rig_(rig), findings_(findings), setting_(rig.options().full ? kFull : kQuick) {
    for (const Workload& workload : area.workloads) {
      series_.emplace_back();
      series_.back().workload = &workload;
    }
  }

  Result<void> Run() {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    twin_ = twin;
    const auto begin = Clock::now();
    RETURN_IF_ERROR(Calibrate());
    for (int round = 0; round < setting_.most; ++round) {
      if (round >= kLeast && Clock::now() - begin >= setting_.time) break;
      if (round >= setting_.fewest && round % 2 == 0) Look();
      if (std::none_of(series_.begin(), series_.end(), [](const Series& s) { return s.Open(); }))
        break;
      RETURN_IF_ERROR(Round(round));
    }
    for (const Series& series : series_) Say(series);
    return {};
  }

 private:
  // How often the work is done in one sample.
  Result<void> Calibrate() {
    ASSIGN_OR_RETURN(Native native, StartTwin(rig_, *twin_));
    for (Series& series : series_) {
      while (true) {
        const auto took = NanosecondsOf(native.Tell(WorkMessage(*series.workload, series.count)));
        if (!took) {
          if (!IsCandidateError(took.error())) return took.error();
          series.impossible = took.error().what;  // natively, so nobody's fault
          break;
        }
        if (*took >= series.SampleNs()) {
          series.count = std::max<int64_t>(
              1,
              static_cast<int64_t>(static_cast<double>(series.count) * series.SampleNs() / *took));
          break;
        }
        series.count *= 2;
      }
    }
    return {};
  }

  // A candidate that needs many times the native time does less of it.
  Result<void> CalibrateContainer(Series& series, Container& container) {
    series.container_count = series.count;
    while (true) {
      ASSIGN_OR_RETURN(const double took,
                       NanosecondsOf(rig_.Tell(
                           container, WorkMessage(*series.workload, series.container_count))));
      if (took <= kSlowest * series.SampleNs() || series.container_count == 1) return {};
      series.container_count = std::max<int64_t>(1, series.container_count / 8);
    }
  }

  // One invocation of everything: a fresh container and two fresh twins.
  Result<void> Round(int round) {
    rig_.ForgetCommands();  // the last round's are enough to repeat it
    ASSIGN_OR_RETURN(Native first, StartTwin(rig_, *twin_));
    ASSIGN_OR_RETURN(Native second, StartTwin(rig_, *twin_));
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    RETURN_IF_ERROR(rig_.Run(*container));
    const int processor = LastProcessor() - round % ProcessorCount();
    ASSIGN_OR_RETURN(const pid_t contained, Rig::PidOf(*container));
    for (const pid_t pid : {first.pid(), second.pid(), contained})
      RETURN_IF_ERROR(Pin(pid, processor));
    for (Series& series : series_) {
      if (!series.Open()) continue;
      auto sampled = Sample(series, first, second, *container);
      if (sampled) continue;
      if (!IsCandidateError(sampled.error())) return std::move(sampled).error();
      // The others go on without it, in a container that has not seen it.
      series.failed = sampled.error().what;
      break;
    }
    rig_.Remove(*container);
    return {};
  }

  // The next invocation goes round the other way, so that nobody follows the same one always. Who
  // begins is left to chance.
  Result<void> Sample(Series& series, Native& first, Native& second, Container& container) {
    if (series.container_count == 0) RETURN_IF_ERROR(CalibrateContainer(series, container));
    const json native_message = WorkMessage(*series.workload, series.count);
    const json message = WorkMessage(*series.workload, series.container_count);
    const double less =
        static_cast<double>(series.count) / static_cast<double>(series.container_count);
    const auto turns = Turns(chance_(), series.container.size() % 2 == 1);
    Invocation against_native;
    Invocation control;
    for (int pair = 0; pair < kPairs; ++pair) {
      Sides<double> times;
      for (const Side side : turns) {
        const bool contained = side == Side::kContained;
        const auto took = NanosecondsOf(contained               ? rig_.Tell(container, message)
                                        : side == Side::kNative ? first.Tell(native_message)
                                                                : second.Tell(native_message));
        // What went well natively before and does not now is no fault of the candidate's.
        if (!took && !contained) return Failure("natively: " + took.error().ToLine());
        if (!took) return took.error();
        times[side] = *took;
      }
      against_native.push_back(std::log(times.contained * less / times.native));
      control.push_back(std::log(times.native_again / times.native));
    }
    series.container.push_back(std::move(against_native));
    series.control.push_back(std::move(control));
    return {};
  }

  // Which workloads need no further pairs.
  void Look() {
    for (Series& series : series_) {
      if (!series.Open()) continue;
      const double margin = series.workload->margin;
      series.settled = IsSettled(EstimateRatio(series.container, kSeed, kFewResamples), margin) &&
                       IsSettled(EstimateRatio(series.control, kSeed, kFewResamples), margin);
    }
  }

  void Say(const Series& series) {
    const std::string check = CheckOf(*series.workload);
    if (!series.impossible.empty()) {
      findings_.Say(check, Verdict::kEnvironment, "not even natively: " + series.impossible);
      return;
    }
    if (!series.failed.empty()) {
      findings_.Judge(check, false, series.failed);
      return;
    }
    json evidence = {{"reason", series.workload->reason},
                     {"order", "ABC, and ACB in every second invocation, from a random start"},
                     {"invocations", series.container.size()},
                     {"sample", {{"native", series.count}, {"container", series.container_count}}},
                     {"conditions", conditions_.ToJson()}};
    SayParity(findings_, check, EstimateRatio(series.container, kSeed),
              EstimateRatio(series.control, kSeed), series.workload->margin, "the native time",
              std::move(evidence));
  }

  Rig& rig_;
  Findings& findings_;
  const Setting setting_;
  const Conditions conditions_;
  Container* twin_ = nullptr;
  std::vector<Series> series_;
  std::minstd_rand chance_{std::random_device{}()};
};

BatteryRun RunOf(const WorkloadArea& area) {
  BatteryRun run;
  run.name = area.name;
  run.alone = true;
  run.full_time = std::chrono::seconds(160);
  for (const Workload& workload : area.workloads)
    run.checks.push_back({CheckOf(workload),
                          std::string(workload.title) + " takes the native time",
                          {CheckOf(workload)},
                          {}});
  run.work = [area](Rig& rig, Findings& findings) {
    return AreaMeasurement(area, rig, findings).Run();
  };
  return run;
}

}  // namespace

std::vector<BatteryRun> WorkloadRuns() {
  std::vector<BatteryRun> runs;
  for (const WorkloadArea& area : probe::AllWorkloads()) runs.push_back(RunOf(area));
  return runs;
}

}  // namespace loadline::conformance::efficiency
