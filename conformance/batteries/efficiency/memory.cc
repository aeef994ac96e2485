// SPDX-License-Identifier: Apache-2.0
// What a container keeps of memory while its program waits: its program, and whatever of the
// runtime stays beside it.
#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/memory_group.h"
#include "conformance/batteries/efficiency/residents.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int kSamples = 6;
constexpr int kSamplesOfFull = 20;
// The program's own pages are the same. A quarter of its half megabyte is what a different
// environment, stack and heap may make of it.
constexpr double kMargin = 0.25;
constexpr double kWidest = 0.5;  // of half the interval of what groups say, which count in batches

const std::string kStays = "loadline/efficiency/memory-kept";
const std::string kGroup = "loadline/efficiency/memory-of-group";

// Bytes, of each container and each twin, in order.
struct Sizes {
  std::vector<double> contained;
  std::vector<double> of_runtime;  // the part of `contained` that is not the program's
  std::vector<double> native;
  std::vector<double> native_again;
  std::vector<double> group;
  std::vector<double> native_group;
};

class MemoryMeasurement {
 public:
  MemoryMeasurement(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Run() {
    ASSIGN_OR_RETURN(Container* const twin, rig_.NewContainer());
    twin_ = twin;
    const int samples = rig_.options().full ? kSamplesOfFull : kSamples;
    for (int i = 0; i < samples; ++i) {
      RETURN_IF_ERROR(SampleTwin(sizes_.native, &sizes_.native_group));
      RETURN_IF_ERROR(SampleContainer());
      RETURN_IF_ERROR(SampleTwin(sizes_.native_again, nullptr));
    }
    SayKept();
    SayGroup();
    return {};
  }

 private:
  // One at a time, so that nobody shares the pages of its program with another.
  Result<void> SampleTwin(std::vector<double>& sizes, std::vector<double>* groups) {
    ASSIGN_OR_RETURN(const MemoryGroup group, MemoryGroup::Make(rig_, "twin"));
    ASSIGN_OR_RETURN(const Native native, group.StartTwin(rig_, twin_->bundle));
    sizes.push_back(static_cast<double>(ProportionalSize({native.pid()})));
    if (groups == nullptr) return {};
    ASSIGN_OR_RETURN(const int64_t usage, group.Usage());
    groups->push_back(static_cast<double>(usage));
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
    sizes_.contained.push_back(static_cast<double>(all));
    sizes_.of_runtime.push_back(static_cast<double>(all - ProportionalSize(FamilyOf(pid, came))));
    auto group = MemoryGroup::Of(rig_, *container);
    if (group) {
      ASSIGN_OR_RETURN(const int64_t usage, group->Usage());
      sizes_.group.push_back(static_cast<double>(usage));
    } else {
      no_group_ = group.error().ToLine();
    }
    rig_.Remove(*container);
    return {};
  }

  void SayKept() {
    // A process that keeps nothing is one that could not be looked at.
    for (const double size : sizes_.native) {
      if (size > 0) continue;
      findings_.Say(kStays, Verdict::kEnvironment, "this kernel does not tell of PSS");
      return;
    }
    json evidence = {{"bytes", Described(sizes_.contained)},
                     {"bytesOfRuntime", Described(sizes_.of_runtime)},
                     {"nativeBytes", Described(sizes_.native)},
                     {"conditions", conditions_.ToJson()}};
    SayParity(findings_, kStays, EstimateRatio(LogRatios(sizes_.contained, sizes_.native), kSeed),
              EstimateRatio(LogRatios(sizes_.native_again, sizes_.native), kSeed), kMargin,
              "the twin's memory", std::move(evidence));
  }

  void SayGroup() {
    if (!no_group_.empty()) {
      findings_.Say(kGroup, Verdict::kEnvironment, "no group tells of its memory: " + no_group_);
      return;
    }
    SayTold(findings_, kGroup, EstimateRatio(LogRatios(sizes_.group, sizes_.native_group), kSeed),
            kWidest, "what the twin's group holds",
            {{"bytes", Described(sizes_.group)}, {"nativeBytes", Described(sizes_.native_group)}});
  }

  Rig& rig_;
  Findings& findings_;
  const Conditions conditions_;
  Container* twin_ = nullptr;
  Sizes sizes_;
  std::string no_group_;
};

}  // namespace

BatteryRun MemoryRun() {
  return {"memory",
          {{kStays,
            "a container, with what of the runtime stays, keeps the memory of its native twin",
            {kStays},
            {"controller-memory"}},
           {kGroup,
            "what the control group of a container holds can be told from the noise",
            {kGroup},
            {"controller-memory"}}},
          true,
          [](Rig& rig, Findings& findings) { return MemoryMeasurement(rig, findings).Run(); }};
}

}  // namespace loadline::conformance::efficiency
