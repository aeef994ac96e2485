// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "conformance/batteries/battery.h"

namespace loadline::conformance {
namespace {

// What a run leaves behind is asked of whoever is asked anything else of it: a run is not done for
// its ledger alone.
void AskWithTheOthers(BatteryRun& run) {
  const auto ledger = std::find_if(run.checks.begin(), run.checks.end(),
                                   [&run](const Check& check) { return check.id == run.ledger; });
  if (ledger == run.checks.end() || run.checks.size() == 1) return;
  schema::SpecVersion first = (ledger == run.checks.begin() ? run.checks[1] : run.checks[0]).since;
  for (const Check& check : run.checks) {
    if (check.id != run.ledger && check.since < first) first = check.since;
  }
  if (ledger->since < first) ledger->since = first;
}

}  // namespace

Result<std::vector<Battery>> LoadBatteries() {
  std::vector<Battery> batteries = AllBatteries();
  for (Battery& battery : batteries) {
    for (BatteryRun& run : battery.runs) {
      for (Check& check : run.checks) {
        if (auto found = LookUpRequirements(check); !found)
          return Failure(check.id + ": " + found.error().ToLine());
      }
      AskWithTheOthers(run);
    }
  }
  return batteries;
}

}  // namespace loadline::conformance
