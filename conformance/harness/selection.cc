// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/selection.h"

#include <algorithm>

#include "conformance/harness/expectations.h"

namespace loadline::conformance {
namespace {

constexpr const char* kCases = "cases";  // the word for what is no battery

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> CheckNames(const std::vector<Battery>& batteries, const CertifyOptions& options) {
  std::string known = kCases;
  for (const Battery& battery : batteries) known += ", " + battery.name;
  for (const std::string& name : options.batteries) {
    if (name == kCases) continue;
    const auto battery = std::find_if(batteries.begin(), batteries.end(),
                                      [&](const Battery& one) { return one.name == name; });
    if (battery == batteries.end())
      return Failure(ErrorKind::kUsage, "there is no battery " + name, "say one of " + known);
    if (options.rootless && !battery->rootless)
      return Failure(ErrorKind::kUsage,
                     "the battery " + name + " says nothing of a candidate that a user calls",
                     "leave it or --rootless out");
  }
  return {};
}

// The checks of a run that a user's own bundle can be judged by: not those about our own bundles.
bool CanJudgeGiven(const BatteryRun& run, const Check& check) {
  return run.judges_given && check.id.find("/bundle/") == std::string::npos;
}

bool JudgesGiven(const Battery& battery) {
  return std::any_of(battery.runs.begin(), battery.runs.end(),
                     [](const BatteryRun& run) { return run.judges_given; });
}

// A user's own bundle is judged by the runs that can; the rest of what can be chosen has nothing to
// say of it.
Result<void> CheckGiven(const std::vector<Battery>& batteries, const CertifyOptions& options) {
  if (options.bundle.empty()) return {};
  if (!options.case_directories.empty())
    return Failure(ErrorKind::kUsage, "--bundle and --cases exclude each other",
                   "judge the one or the other");
  for (const std::string& name : options.batteries) {
    const bool judges = std::any_of(
        batteries.begin(), batteries.end(),
        [&](const Battery& battery) { return battery.name == name && JudgesGiven(battery); });
    if (!judges)
      return Failure(ErrorKind::kUsage, name + " says nothing of a bundle of yours",
                     "leave it or --bundle out");
  }
  return {};
}

}  // namespace

bool IsWanted(const Battery& battery, const CertifyOptions& options) {
  if (options.rootless && !battery.rootless) return false;
  if (!options.batteries.empty()) return Has(options.batteries, battery.name);
  if (!options.case_directories.empty()) return false;  // somebody else's cases, and no more
  return battery.by_default || !options.only.empty();
}

Result<Selection> Select(const std::vector<Case>& cases, const std::vector<Battery>& batteries,
                         const CertifyOptions& options) {
  RETURN_IF_ERROR(CheckNames(batteries, options));
  RETURN_IF_ERROR(CheckGiven(batteries, options));
  std::vector<bool> matched(options.only.size(), false);
  const auto wanted = [&](const Check& check) {
    bool any = options.only.empty();
    for (size_t i = 0; i < options.only.size(); ++i) {
      if (!GlobMatches(options.only[i], check.id)) continue;
      any = true;
      matched[i] = true;
    }
    return any;
  };
  Selection selection;
  const bool given = !options.bundle.empty();
  if (!given && (options.batteries.empty() || Has(options.batteries, kCases))) {
    for (const Case& one : cases) {
      if (wanted(one) && options.shard.Has(one.id)) selection.cases.push_back(&one);
    }
  }
  for (const Battery& battery : batteries) {
    if (!IsWanted(battery, options)) continue;
    for (const BatteryRun& run : battery.runs) {
      ChosenRun chosen{&run, {}};
      for (const Check& check : run.checks) {
        if (given && !CanJudgeGiven(run, check)) continue;
        if (wanted(check)) chosen.checks.push_back(&check);
      }
      if (!chosen.checks.empty() && options.shard.Has(battery.name + "/" + run.name))
        selection.runs.push_back(std::move(chosen));
    }
  }
  for (size_t i = 0; i < matched.size(); ++i) {
    if (!matched[i])
      return Failure(ErrorKind::kUsage, "no case matches \"" + options.only[i] + "\"",
                     "`loadline list cases` shows the ids");
  }
  return selection;
}

std::vector<std::string> KnownIds(const std::vector<Case>& cases,
                                  const std::vector<Battery>& batteries) {
  std::vector<std::string> ids = {"oci-runtime/runs/state-documents",
                                  "oci-runtime/runs/features-document", "oci-runtime/runs/leaks",
                                  "loadline/runs/leaks-after-errors"};
  for (const Case& one : cases) ids.push_back(one.id);
  for (const Battery& battery : batteries) {
    for (const BatteryRun& run : battery.runs) {
      for (const Check& check : run.checks) ids.push_back(check.id);
    }
  }
  return ids;
}

}  // namespace loadline::conformance
