// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/left_behind.h"

#include <algorithm>
#include <utility>

#include "conformance/batteries/findings.h"
#include "conformance/batteries/rig.h"
#include "conformance/harness/leaks.h"

namespace loadline::conformance {
namespace {

std::vector<std::string> NeedsOfAll(const std::vector<Check>& checks) {
  if (checks.empty()) return {};
  std::vector<std::string> needs = checks.front().needs;
  std::erase_if(needs, [&checks](const std::string& need) {
    return std::any_of(checks.begin(), checks.end(), [&need](const Check& one) {
      return std::find(one.needs.begin(), one.needs.end(), need) == one.needs.end();
    });
  });
  return needs;
}

}  // namespace

BatteryRun WithLedger(const std::string& battery, BatteryRun run) {
  const std::string left = "loadline/" + battery + "/left-behind/" + run.name;
  run.work = [work = std::move(run.work), left](Rig& rig, Findings& findings) -> Result<void> {
    auto done = work(rig, findings);
    const nlohmann::json leaks = rig.FindLeaks();
    const std::string leak = FirstLeak(leaks);
    // Nothing is left behind where there were no words to make anything with: that says nothing.
    const bool refused = !done && IsWithoutWords(done.error());
    if (!refused || !leak.empty())
      findings.Judge(left, leak.empty(), "left behind: " + leak, leaks);
    return done;
  };
  run.checks.push_back({left,
                        "nothing is left behind of the containers of " + run.name,
                        {"loadline/isolation/leaks"},
                        NeedsOfAll(run.checks)});
  run.ledger = left;
  return run;
}

}  // namespace loadline::conformance
