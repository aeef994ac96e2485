// SPDX-License-Identifier: Apache-2.0
// Battery: what must measure or drive something, and is therefore written in C++. A file
// <name>/<name>_battery.cc defines `Battery <Name>Battery()` and is found by its name.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/check.h"

namespace loadline::conformance {

class Rig;
class Findings;

// A piece of work, done in a cell of its own, which judges a few checks.
struct BatteryRun {
  std::string name;
  std::vector<Check> checks;
  bool alone = false;  // it measures time, so nothing may run beside it
  // An error of the candidate (rig.h) fails the checks that have no verdict yet; another one is a
  // defect of ours.
  std::function<Result<void>(Rig& rig, Findings& findings)> work;
  // How long it may take; the second when all there is was asked for (certify --full).
  std::chrono::seconds time{80};
  std::chrono::seconds full_time{80};
  bool judges_given = false;  // it can judge a user's own bundle (Rig::given) as well
  std::string ledger;         // the check of what it leaves behind, where there is one
};

struct Battery {
  std::string name;
  std::string summary;
  bool by_default = true;  // runs when no battery was asked for
  std::vector<BatteryRun> runs;
  bool rootless = true;  // says something of a candidate that a user calls, too
  bool samples = false;  // tries a sample, unless all there is was asked for
};

// Every battery, in the order of the file names (generated).
std::vector<Battery> AllBatteries();

// The same, with the levels and versions of their checks. An error is a defect of ours.
Result<std::vector<Battery>> LoadBatteries();

}  // namespace loadline::conformance
