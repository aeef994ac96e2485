// SPDX-License-Identifier: Apache-2.0
// What the control group of a container holds, its caches and the kernel's own pages for it
// included.
#include <cerrno>

#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/memory_group.h"

namespace loadline::conformance::efficiency {
namespace {

using reports::Verdict;

constexpr int kGroups = 6;
constexpr int kGroupsOfFull = 20;
constexpr double kWidest = 0.5;  // of half the interval: groups count in batches

const std::string kGroup = "loadline/efficiency/memory-of-group";

Result<double> BytesOfTwin(const Rig& rig, const std::string& bundle) {
  ASSIGN_OR_RETURN(const MemoryGroup group, MemoryGroup::Make(rig, "twin"));
  ASSIGN_OR_RETURN(const Native native, group.StartTwin(rig, bundle));
  ASSIGN_OR_RETURN(const int64_t usage, group.Usage());
  return static_cast<double>(usage);
}

// A container that has no group of the name that it was given is an error with ENOENT.
Result<double> BytesOfContainer(Rig& rig) {
  rig.ForgetCommands();
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer());
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const MemoryGroup group, MemoryGroup::Of(rig, *container));
  ASSIGN_OR_RETURN(const int64_t usage, group.Usage());
  rig.Remove(*container);
  return static_cast<double>(usage);
}

Result<void> WeighGroups(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(Container* const twin, rig.NewContainer());
  std::vector<double> contained;
  std::vector<double> native;
  for (int i = 0; i < (rig.options().full ? kGroupsOfFull : kGroups); ++i) {
    ASSIGN_OR_RETURN(const double of_twin, BytesOfTwin(rig, twin->bundle));
    native.push_back(of_twin);
    const auto of_container = BytesOfContainer(rig);
    if (!of_container && of_container.error().number == ENOENT) {
      findings.Say(kGroup, Verdict::kEnvironment,
                   "no group tells of its memory: " + of_container.error().ToLine());
      return {};
    }
    if (!of_container) return of_container.error();
    contained.push_back(*of_container);
  }
  SayTold(findings, kGroup, EstimateRatio(LogRatios(contained, native), kSeed), kWidest,
          "what the twin's group holds",
          {{"bytes", Described(contained)}, {"nativeBytes", Described(native)}});
  return {};
}

}  // namespace

BatteryRun MemoryOfGroupRun() {
  return {"memory-of-group",
          {{kGroup,
            "what the control group of a container holds can be told from the noise",
            {kGroup},
            {"controller-memory"}}},
          true,
          WeighGroups};
}

}  // namespace loadline::conformance::efficiency
