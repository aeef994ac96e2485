// SPDX-License-Identifier: Apache-2.0
// The efficiency battery: the same work in a container and in its native twin, in turns on the same
// processor, beside a second twin that shows what the machine makes of the same.
#include <cmath>
#include <fstream>

#include "conformance/batteries/battery.h"
#include "conformance/batteries/efficiency/statistics.h"
#include "conformance/batteries/left_behind.h"
#include "conformance/batteries/native.h"
#include "conformance/batteries/processors.h"

namespace loadline::conformance {
namespace {

using efficiency::Estimate;
using efficiency::EstimateRatio;
using efficiency::Invocation;
using efficiency::Parity;
using nlohmann::json;
using reports::Verdict;
using Clock = std::chrono::steady_clock;

constexpr uint64_t kSeed = 1974;
constexpr int kPairs = 6;   // of one invocation
constexpr int kFewest = 8;  // invocations
constexpr int kMost = 24;
constexpr int kFewestStarts = 20;
constexpr int kMostStarts = 60;
constexpr double kStartWidth = 0.25;       // the widest interval of a start that says something
constexpr double kSampleNs = 2e6;          // that one sample should take
constexpr double kSlowest = 10;            // samples' time that one in a container may take
constexpr std::chrono::seconds kTime{30};  // after which no further invocation begins

struct Workload {
  const char* name;
  const char* title;
  double margin;  // fixed beforehand
};
constexpr Workload kWorkloads[] = {
    {"null-call", "a system call that does nothing", 0.05},
    {"open-close", "opening and closing a file", 0.10},
    {"fork-exec", "starting a program", 0.10},
    {"page-fault", "touching fresh memory", 0.10},
    {"file-io", "writing and reading a file", 0.10},
};

const std::string kStart = "loadline/efficiency/start";
std::string CheckOf(const Workload& workload) {
  return "loadline/efficiency/" + std::string(workload.name);
}

Result<double> NanosecondsOf(const json& answer) {
  if (answer.contains("nanoseconds")) return std::max(answer["nanoseconds"].get<double>(), 1.0);
  return CandidateError("the work could not be done: " + answer.dump());
}

json WorkMessage(const Workload& workload, int64_t count) {
  return {{"tell", "work"}, {"name", workload.name}, {"count", count}};
}

// Pairs so far: container against native, and native against native.
struct Series {
  int64_t count = 1;            // of one native sample
  int64_t container_count = 0;  // of one in the container: fewer where it is very slow
  std::vector<Invocation> container;
  std::vector<Invocation> control;
};

json ToJson(const Estimate& estimate) {
  return {{"ratio", estimate.ratio},
          {"low", estimate.low},
          {"high", estimate.high},
          {"pairs", estimate.pairs}};
}

// The time that another machine took from this one, in ticks.
int64_t StolenTicks() {
  std::ifstream stat("/proc/stat");
  std::string word;
  int64_t ticks = 0;
  stat >> word;
  for (int i = 0; i < 8; ++i) stat >> ticks;
  return ticks;
}

class Measurement {
 public:
  Measurement(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Run() {
    const int64_t stolen = StolenTicks();
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    twin_ = twin;
    RETURN_IF_ERROR(Calibrate());
    const auto begin = Clock::now();
    for (int round = 0; round < kMost && Clock::now() - begin < kTime; ++round) {
      if (round >= kFewest && Settled()) break;
      RETURN_IF_ERROR(Round(round));
    }
    while (static_cast<int>(start_.size()) < kMostStarts && Clock::now() - begin < kTime &&
           (static_cast<int>(start_.size()) < kFewestStarts ||
            EstimateRatio(start_, kSeed).HalfWidth() > kStartWidth / 2))
      RETURN_IF_ERROR(StartPair());
    stolen_ = StolenTicks() - stolen;
    for (size_t i = 0; i < std::size(kWorkloads); ++i) Say(kWorkloads[i], series_[i]);
    SayStart();
    return {};
  }

 private:
  Result<Native> StartTwin() { return Native::Start(rig_, {"twin", twin_->bundle}); }

  // How often the work is done in one sample.
  Result<void> Calibrate() {
    ASSIGN_OR_RETURN(Native native, StartTwin());
    for (size_t i = 0; i < std::size(kWorkloads); ++i) {
      int64_t& count = series_[i].count;
      while (true) {
        ASSIGN_OR_RETURN(const json answer, native.Tell(WorkMessage(kWorkloads[i], count)));
        ASSIGN_OR_RETURN(const double took, NanosecondsOf(answer));
        if (took >= kSampleNs) break;
        count *= 2;
      }
    }
    return {};
  }

  // A candidate that needs many times the native time does less of it.
  Result<void> CalibrateContainer(const Workload& workload, Series& series, Container& container) {
    series.container_count = series.count;
    while (true) {
      ASSIGN_OR_RETURN(const json answer,
                       rig_.Tell(container, WorkMessage(workload, series.container_count)));
      ASSIGN_OR_RETURN(const double took, NanosecondsOf(answer));
      if (took <= kSlowest * kSampleNs || series.container_count == 1) return {};
      series.container_count = std::max<int64_t>(1, series.container_count / 8);
    }
  }

  // One invocation of everything: a fresh container and two fresh twins.
  Result<void> Round(int round) {
    const int processors = ProcessorCount();
    ASSIGN_OR_RETURN(Native first, StartTwin());
    ASSIGN_OR_RETURN(Native second, StartTwin());
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    RETURN_IF_ERROR(rig_.Run(*container));
    const int processor = LastProcessor() - round % processors;
    ASSIGN_OR_RETURN(const pid_t contained, Rig::PidOf(*container));
    for (const pid_t pid : {first.pid(), second.pid(), contained})
      RETURN_IF_ERROR(Pin(pid, processor));
    for (size_t i = 0; i < std::size(kWorkloads); ++i)
      RETURN_IF_ERROR(Sample(kWorkloads[i], series_[i], first, second, *container));
    rig_.Remove(*container);
    return {};
  }

  // The three take turns, and whoever was first is last the next time.
  Result<void> Sample(const Workload& workload, Series& series, Native& first, Native& second,
                      Container& container) {
    if (series.container_count == 0)
      RETURN_IF_ERROR(CalibrateContainer(workload, series, container));
    const json native_message = WorkMessage(workload, series.count);
    const json message = WorkMessage(workload, series.container_count);
    const double less =
        static_cast<double>(series.count) / static_cast<double>(series.container_count);
    Invocation against_native;
    Invocation control;
    for (int pair = 0; pair < kPairs; ++pair) {
      double times[3] = {};
      for (int turn = 0; turn < 3; ++turn) {
        const int who = pair % 2 == 0 ? turn : 2 - turn;
        ASSIGN_OR_RETURN(const json answer, who == 0   ? first.Tell(native_message)
                                            : who == 1 ? rig_.Tell(container, message)
                                                       : second.Tell(native_message));
        ASSIGN_OR_RETURN(times[who], NanosecondsOf(answer));
      }
      against_native.push_back(std::log(times[1] * less / times[0]));
      control.push_back(std::log(times[2] / times[0]));
    }
    series.container.push_back(std::move(against_native));
    series.control.push_back(std::move(control));
    return {};
  }

  // From the first call of the candidate, or the clone of the twin, to the first word of the
  // program.
  Result<void> StartPair() {
    const auto seconds_since = [](Clock::time_point begin) {
      return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    double native = 0;
    double contained = 0;
    for (int turn = 0; turn < 2; ++turn) {
      const auto begin = Clock::now();
      if ((turn == 0) == (start_.size() % 2 == 0)) {
        ASSIGN_OR_RETURN(const Native twin, StartTwin());
        native = seconds_since(begin);
      } else {
        RETURN_IF_ERROR(rig_.Run(*container));
        contained = seconds_since(begin);
      }
    }
    rig_.Remove(*container);
    start_.push_back({std::log(contained / native)});
    return {};
  }

  // Whether no interval is wider than its margin.
  bool Settled() const {
    for (size_t i = 0; i < std::size(kWorkloads); ++i) {
      for (const auto* pairs : {&series_[i].container, &series_[i].control}) {
        if (EstimateRatio(*pairs, kSeed).HalfWidth() > kWorkloads[i].margin / 2) return false;
      }
    }
    return true;
  }

  void Say(const Workload& workload, const Series& series) {
    const Estimate estimate = EstimateRatio(series.container, kSeed);
    const Estimate noise = EstimateRatio(series.control, kSeed);
    Parity parity = efficiency::Judge(estimate, workload.margin);
    const Parity control = efficiency::Judge(noise, workload.margin);
    // What the machine makes of the same is no finding about the candidate.
    if (control != Parity::kEquivalent) parity = Parity::kInconclusive;
    json evidence = ToJson(estimate);
    evidence["margin"] = workload.margin;
    evidence["parity"] = ToText(parity);
    evidence["nativeAgainstNative"] = ToJson(noise);
    evidence["nativeAgainstNative"]["parity"] = ToText(control);
    evidence["invocations"] = series.container.size();
    evidence["stolenTicks"] = stolen_;
    evidence["seed"] = kSeed;
    const std::string figures = Decimal(estimate.ratio, 2) + " times the native time (" +
                                Decimal(estimate.low, 2) + " to " + Decimal(estimate.high, 2) +
                                ", margin " + Decimal(workload.margin, 2) + ")";
    if (parity == Parity::kInconclusive) {
      findings_.Say(CheckOf(workload), Verdict::kInconclusive,
                    (control == Parity::kEquivalent ? "" : "the machine is too noisy: ") + figures,
                    evidence);
    } else {
      findings_.Judge(CheckOf(workload), parity != Parity::kWorse, figures, evidence);
    }
  }

  void SayStart() {
    const Estimate estimate = EstimateRatio(start_, kSeed);
    json evidence = ToJson(estimate);
    evidence["invocations"] = start_.size();
    evidence["seed"] = kSeed;
    const bool clear = estimate.HalfWidth() <= kStartWidth;
    findings_.Say(kStart, clear ? Verdict::kPass : Verdict::kInconclusive,
                  clear ? ""
                        : "the machine is too noisy: " + Decimal(estimate.low, 1) + " to " +
                              Decimal(estimate.high, 1) + " times the native time",
                  evidence);
  }

  Rig& rig_;
  Findings& findings_;
  Container* twin_ = nullptr;
  Series series_[std::size(kWorkloads)];
  std::vector<Invocation> start_;
  int64_t stolen_ = 0;
};

Result<void> Work(Rig& rig, Findings& findings) { return Measurement(rig, findings).Run(); }

}  // namespace

Battery EfficiencyBattery() {
  BatteryRun run{"workloads", {}, true, Work};
  for (const Workload& workload : kWorkloads)
    run.checks.push_back({CheckOf(workload),
                          std::string(workload.title) + " takes the native time",
                          {CheckOf(workload)},
                          {}});
  run.checks.push_back({kStart, "the time of a start can be told from the noise", {kStart}, {}});
  return {"efficiency",
          "what work costs in a container, against the native time",
          false,
          {WithLedger("efficiency", std::move(run))},
          false};
}

}  // namespace loadline::conformance
