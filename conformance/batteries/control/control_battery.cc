// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/control.h"
#include "conformance/batteries/findings.h"
#include "conformance/batteries/left_behind.h"

namespace loadline::conformance {

std::vector<std::string> control::Needs(const std::string& controller,
                                        std::vector<std::string> more) {
  std::vector<std::string> needs{"controller-" + controller};
  needs.insert(needs.end(), more.begin(), more.end());
  return needs;
}

void control::CannotShow(Findings& findings, const std::vector<std::string>& checks,
                         const std::string& why) {
  for (const std::string& check : checks) findings.Say(check, reports::Verdict::kEnvironment, why);
}

Battery ControlBattery() {
  using namespace control;
  Battery battery{
      "control",
      "limits that bite: memory, processes, processor time, devices, disks, the freezer",
      true,
      {}};
  for (auto* run : {MemoryRun,  MemoryLoweredRun, ReservationRun, SwapRun,     OomKillerRun,
                    PidsRun,    PidsSpecialRun,   ForkBombRun,    QuotaRun,    PeriodRun,
                    BurstRun,   SharesRun,        IdleRun,        RealtimeRun, CpusetRun,
                    DevicesRun, BlockIoRun,       HugePagesRun,   RlimitsRun,  FreezerRun})
    battery.runs.push_back(WithLedger(battery.name, run()));
  return battery;
}

}  // namespace loadline::conformance
