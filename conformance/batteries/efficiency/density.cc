// SPDX-License-Identifier: Apache-2.0
// Many containers at once, told at each of a few counts: what a start takes as their number grows,
// what each keeps of memory, and how fast they are launched.
#include <algorithm>

#include "conformance/batteries/efficiency/conditions.h"
#include "conformance/batteries/efficiency/efficiency.h"
#include "conformance/batteries/efficiency/figures.h"
#include "conformance/batteries/efficiency/launch_many.h"

namespace loadline::conformance::efficiency {
namespace {

using nlohmann::json;
using reports::Verdict;
using Values = std::span<const double>;

constexpr size_t kCounts[] = {50, 100, 200};
constexpr std::chrono::seconds kQuickTime{20};
constexpr std::chrono::seconds kFullTime{240};
constexpr size_t kWarmUp = 2;  // starts that are not compared
// A start that takes half as long again among fifty others looks at all of them.
constexpr double kGrowthMargin = 0.5;
constexpr double kWidest = 0.25;

std::vector<double> Ratios(Values values, Values beside) {
  std::vector<double> ratios;
  for (size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / beside[i]);
  return ratios;
}

// The later half over the first, pair by pair.
std::vector<double> GrowthOf(Values values) {
  const size_t part = (values.size() - kWarmUp) / 2;
  return Ratios(values.last(part), values.subspan(kWarmUp, part));
}

// How much more the starts of one side grow by than those of another, launched beside them.
Estimate GrowthBeside(Values times, Values beside) {
  return EstimateRatio(LogsOf(GrowthOf(Ratios(times, beside))), kSeed);
}

// The first so many of each side, which all were launched when there were no more.
Sides<std::vector<double>> First(const Sides<std::vector<double>>& times, size_t count) {
  const auto first = [count](const std::vector<double>& all) {
    return std::vector<double>(all.begin(), all.begin() + static_cast<ptrdiff_t>(count));
  };
  return {first(times.native), first(times.contained), first(times.native_again)};
}

std::vector<double> PerSecond(Values milliseconds) {
  std::vector<double> rates;
  for (const double took : milliseconds) rates.push_back(1000 / took);
  return rates;
}

bool GrowsAlready(const Many& many, size_t count) {
  if (count < kWarmUp + 2 * kFewestPairs) return false;
  const auto [native, contained, native_again] = First(many.milliseconds, count);
  return Judge(GrowthBeside(native_again, native), kGrowthMargin) == Parity::kEquivalent &&
         Judge(GrowthBeside(contained, native), kGrowthMargin) == Parity::kWorse;
}

void SayGrowth(Findings& findings, const std::string& check, const Many& many, size_t count,
               json evidence) {
  const auto [native, contained, native_again] = First(many.milliseconds, count);
  evidence["containers"] = count;
  evidence["growth"] = Described(GrowthOf(contained));
  evidence["nativeGrowth"] = Described(GrowthOf(native));
  SayParity(findings, check, GrowthBeside(contained, native), GrowthBeside(native_again, native),
            kGrowthMargin, "what the twin's starts grow by", std::move(evidence));
}

void SayLaunch(Findings& findings, const std::string& check, const Many& many, size_t count,
               json evidence) {
  const auto [native, contained, native_again] = First(many.milliseconds, count);
  evidence["milliseconds"] = Described(contained);
  evidence["nativeMilliseconds"] = Described(native);
  evidence["perSecond"] = Described(PerSecond(contained));
  evidence["nativePerSecond"] = Described(PerSecond(native));
  SayTold(findings, check, EstimateRatio(LogRatios(contained, native), kSeed),
          EstimateRatio(LogRatios(native_again, native), kSeed), kWidest, "the start of the twin",
          std::move(evidence));
}

void SayMemory(Findings& findings, const std::string& check, const Many& many, size_t count,
               json evidence) {
  const std::vector<double>& contained = many.bytes.contained.at(count);
  const std::vector<double>& native = many.bytes.native.at(count);
  const std::vector<double>& native_again = many.bytes.native_again.at(count);
  evidence["bytes"] = Described(contained);
  evidence["bytesOfRuntime"] = Described(many.bytes_of_runtime.at(count));
  evidence["nativeBytes"] = Described(native);
  SayParity(findings, check, EstimateRatio(LogRatios(contained, native), kSeed),
            EstimateRatio(LogRatios(native_again, native), kSeed), kMemoryMargin,
            "the twin's memory", std::move(evidence));
}

// What is told of each count.
struct Figure {
  std::string requirement;
  const char* title;  // before the count
  const char* rest;   // and behind it
  void (*say)(Findings& findings, const std::string& check, const Many& many, size_t count,
              json evidence);
  std::string CheckOf(size_t count) const { return requirement + "/" + std::to_string(count); }
};
const Figure kFigures[] = {
    {"loadline/efficiency/density-growth", "a start takes no longer among ",
     " containers than among few", SayGrowth},
    {"loadline/efficiency/density-launch", "how fast each of ",
     " containers is launched can be told from the noise", SayLaunch},
    {"loadline/efficiency/density-memory", "each of ",
     " containers, with what of the runtime stays, keeps the memory of a native twin among as many",
     SayMemory},
};

Result<void> MeasureDensity(Rig& rig, Findings& findings) {
  const Conditions conditions;
  ASSIGN_OR_RETURN(const Many many,
                   LaunchMany(rig, kCounts, rig.options().full ? kFullTime : kQuickTime));
  const size_t launched = many.milliseconds.contained.size();
  for (const size_t count : kCounts) {
    for (const Figure& figure : kFigures) {
      // Starts that grow may be why there was no time for more of them.
      const bool grows = figure.say == SayGrowth && GrowsAlready(many, launched);
      if (many.Reached(count) || (grows && !many.failed)) {
        figure.say(findings, figure.CheckOf(count), many, std::min(count, launched),
                   {{"conditions", conditions.ToJson()}});
      } else if (!many.failed) {
        findings.Say(figure.CheckOf(count), Verdict::kEnvironment,
                     "no more than " + std::to_string(launched) + " containers: " + many.stopped);
      }
    }
  }
  if (many.failed) return *many.failed;  // which fails the counts that were not reached
  return {};
}

}  // namespace

BatteryRun DensityRun() {
  BatteryRun run;
  run.name = "density";
  run.alone = true;
  run.time = std::chrono::seconds(120);
  run.full_time = std::chrono::seconds(600);
  run.work = MeasureDensity;
  for (const size_t count : kCounts) {
    for (const Figure& figure : kFigures)
      run.checks.push_back({figure.CheckOf(count),
                            figure.title + std::to_string(count) + figure.rest,
                            {figure.requirement},
                            {}});
  }
  return run;
}

}  // namespace loadline::conformance::efficiency
