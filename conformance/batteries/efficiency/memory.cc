// SPDX-License-Identifier: Apache-2.0
// What a container keeps of memory while its program waits: its program, and whatever of the
// runtime stays beside it. The kernel tells that of each process, so that no control group is
// needed.
#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/residents.h"
#include "conformance/batteries/efficiency/turns.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int kSamples = 6;
constexpr int kSamplesOfFull = 20;

const std::string kStays = "loadline/efficiency/memory-kept";

class MemoryMeasurement {
 public:
  MemoryMeasurement(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  // One at a time, so that nobody shares the pages of its program with another.
  Result<void> Run() {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    const int samples = rig_.options().full ? kSamplesOfFull : kSamples;
    for (int i = 0; i < samples; ++i) {
      for (const Side side : TurnsOf(static_cast<size_t>(i)))
        RETURN_IF_ERROR(side == Side::kContained ? SampleContainer() : SampleTwin(*twin, side));
    }
    Say();
    return {};
  }

 private:
  Result<void> SampleTwin(const Container& twin, Side side) {
    ASSIGN_OR_RETURN(const Native native, StartTwin(rig_, twin));
    bytes_[side].push_back(static_cast<double>(ProportionalSize({native.pid()})));
    return {};
  }

  Result<void> SampleContainer() {
    rig_.ForgetCommands();
    ASSIGN_OR_RETURN(Container* const container, rig_.NewContainer());
    const Residents before = ResidentsNow();
    RETURN_IF_ERROR(rig_.Run(*container));
    ASSIGN_OR_RETURN(const pid_t pid, Rig::PidOf(*container));
    const Residents came = Newcomers(before);
    const int64_t all = ProportionalSize(came);
    bytes_.contained.push_back(static_cast<double>(all));
    of_runtime_.push_back(static_cast<double>(all - ProportionalSize(FamilyOf(pid, came))));
    rig_.Remove(*container);
    return {};
  }

  void Say() {
    // A process that keeps nothing is one that could not be looked at.
    for (const double size : bytes_.native) {
      if (size > 0) continue;
      findings_.Say(kStays, Verdict::kEnvironment, "this kernel does not tell of PSS");
      return;
    }
    json evidence = {{"bytes", Described(bytes_.contained)},
                     {"bytesOfRuntime", Described(of_runtime_)},
                     {"nativeBytes", Described(bytes_.native)},
                     {"conditions", conditions_.ToJson()}};
    SayParity(findings_, kStays, EstimateRatio(LogRatios(bytes_.contained, bytes_.native), kSeed),
              EstimateRatio(LogRatios(bytes_.native_again, bytes_.native), kSeed), kMemoryMargin,
              "the twin's memory", std::move(evidence));
  }

  Rig& rig_;
  Findings& findings_;
  const Conditions conditions_;
  Sides<std::vector<double>> bytes_;
  std::vector<double> of_runtime_;  // the part of the containers' that is not the program's
};

}  // namespace

BatteryRun MemoryRun() {
  return {"memory",
          {{kStays,
            "a container, with what of the runtime stays, keeps the memory of its native twin",
            {kStays},
            {}}},
          true,
          [](Rig& rig, Findings& findings) { return MemoryMeasurement(rig, findings).Run(); }};
}

}  // namespace loadline::conformance::efficiency
