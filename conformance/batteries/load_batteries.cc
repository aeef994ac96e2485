// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/battery.h"

namespace loadline::conformance {

Result<std::vector<Battery>> LoadBatteries() {
  std::vector<Battery> batteries = AllBatteries();
  for (Battery& battery : batteries) {
    for (BatteryRun& run : battery.runs) {
      for (Check& check : run.checks) {
        if (auto found = LookUpRequirements(check); !found)
          return Failure(check.id + ": " + found.error().ToLine());
      }
    }
  }
  return batteries;
}

}  // namespace loadline::conformance
