// SPDX-License-Identifier: Apache-2.0
// Shares of processor time: three containers that want the same processor. v1 keeps shares as they
// are; v2 has weights, and the standard says nothing of how the ones become the others but that
// they are relative. Two ways are known. So on v2 time is held against the weights that were
// written, and the weights have to grow with the shares.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "conformance/batteries/control/contention.h"
#include "conformance/batteries/control/control.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kWindow{1200};
constexpr milliseconds kNoiseWindow{500};
constexpr int kTries = 3;
constexpr std::array<int64_t, 3> kFirst{512, 1024, 4096};
constexpr std::array<int64_t, 3> kSecond{4096, 1024, 512};

const std::string kShares = "loadline/control/cpu/shares";
const std::string kMonotone = "loadline/control/cpu/shares-monotone";
const std::string kUpdated = "loadline/control/cpu/shares-updated";

json Resources(int64_t shares) { return {{"cpu", {{"shares", shares}}}}; }

int64_t Linear(int64_t shares) { return 1 + (shares - 2) * 9999 / 262142; }
int64_t Logarithmic(int64_t shares) {
  const double log = std::log2(static_cast<double>(shares));
  return static_cast<int64_t>(std::ceil(std::pow(10, (log * log + 125 * log) / 612 - 7.0 / 34)));
}

// How shares became what stands in the files.
std::string Conversion(const std::array<int64_t, 3>& shares, const std::vector<int64_t>& files) {
  const auto by = [&](auto&& convert) {
    return std::equal(shares.begin(), shares.end(), files.begin(), files.end(),
                      [&](int64_t one, int64_t file) { return convert(one) == file; });
  };
  if (by([](int64_t one) { return one; })) return "none";
  if (by(Linear)) return "linear";
  return by(Logarithmic) ? "logarithmic" : "other";
}

// Who is held against whom, in the order of the containers.
constexpr std::array<std::pair<size_t, size_t>, 2> kPairs{{{1, 0}, {2, 1}}};

struct Shared {
  std::array<int64_t, 3> shares{};
  std::vector<int64_t> files;  // cpu.shares or cpu.weight
  std::vector<double> seconds;
  double noise = 1;

  // What counts beside each other: shares where they are kept as they are.
  double Expected(size_t more, size_t fewer) const {
    const bool weights =
        Conversion(shares, files) == "linear" || Conversion(shares, files) == "logarithmic";
    const double a = static_cast<double>(weights ? files[more] : shares[more]);
    const double b = static_cast<double>(weights ? files[fewer] : shares[fewer]);
    return a / b;
  }
  double Ratio(size_t more, size_t fewer) const { return seconds[more] / seconds[fewer]; }
  bool Holds() const {
    return std::all_of(kPairs.begin(), kPairs.end(), [this](const auto& pair) {
      return IsNear(Ratio(pair.first, pair.second), Expected(pair.first, pair.second));
    });
  }
  // Why a ratio that is not what it should be says nothing; empty: it does.
  std::string Noise() const { return noise > kRatioTolerance ? "the machine is too noisy" : ""; }
  Measurement ToMeasurement() const {
    return {{{"shares", shares},
             {"inTheirFiles", files},
             {"conversion", Conversion(shares, files)},
             {"seconds", seconds}},
            {{"timesOrDividedBy", kRatioTolerance}},
            {{"nativeNoise", noise}}};
  }
};

Result<Shared> Measure(Rig& rig, const std::vector<Container*>& containers,
                       const std::array<int64_t, 3>& shares, double noise) {
  Shared shared;
  shared.shares = shares;
  shared.noise = noise;
  for (const Container* container : containers) {
    ASSIGN_OR_RETURN(const int64_t file, Read(rig, *container, Figure::kShare));
    shared.files.push_back(file);
  }
  // What is wrong once may be the machine's doing: it is looked at again, and at its noise.
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(shared.seconds, TimesOf(rig, containers, kWindow));
    if (shared.Holds()) break;
    ASSIGN_OR_RETURN(const double now, NoiseOfShares(rig, kNoiseWindow));
    shared.noise = std::max(shared.noise, now);
  }
  return shared;
}

void JudgeRatios(Findings& findings, const std::string& check, const Shared& shared) {
  for (const auto& [a, b] : kPairs) {
    const double ratio = shared.Ratio(a, b);
    const double expected = shared.Expected(a, b);
    const std::string says = "a container of " + std::to_string(shared.shares[a]) + " shares got " +
                             Decimal(ratio, 2) + " times the time of one of " +
                             std::to_string(shared.shares[b]) + ", expected " +
                             Decimal(expected, 2);
    const bool holds = IsNear(ratio, expected);
    findings.JudgeMeasured(check, holds, says, shared.ToMeasurement(), holds ? "" : shared.Noise());
  }
}

// Asks nothing of how much more.
void JudgeOrder(Findings& findings, const Shared& shared) {
  const auto grow = [](const auto& values) {
    return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
  };
  const bool by_files = grow(shared.files);
  const bool by_time = grow(shared.seconds);
  const std::string says =
      "of three containers with more and more shares the time is not more and "
      "more: " +
      json(shared.seconds).dump() + " s";
  findings.JudgeMeasured(kMonotone, by_files && by_time, says, shared.ToMeasurement(),
                         by_files && !by_time ? shared.Noise() : "");
}

Result<void> Work(Rig& rig, Findings& findings) {
  ASSIGN_OR_RETURN(const double noise, NoiseOfShares(rig, kNoiseWindow));
  std::vector<Container*> containers;
  for (const int64_t shares : kFirst) {
    ASSIGN_OR_RETURN(Container* const container, RunPinned(rig, Resources(shares)));
    containers.push_back(container);
  }
  ASSIGN_OR_RETURN(const Shared first, Measure(rig, containers, kFirst, noise));
  JudgeRatios(findings, kShares, first);
  JudgeOrder(findings, first);
  if (!rig.HasVerb("update")) return {};
  for (size_t i = 0; i < containers.size(); ++i)
    RETURN_IF_ERROR(rig.Update(*containers[i], Resources(kSecond[i])));
  ASSIGN_OR_RETURN(const Shared second, Measure(rig, containers, kSecond, noise));
  JudgeRatios(findings, kUpdated, second);
  return {};
}

}  // namespace

BatteryRun SharesRun() {
  const std::string holds = "loadline/control/cpu/shares-hold";
  const auto needs = Needs("cpu", {"controller-cpuacct"});
  return {
      "shares",
      {{kShares, "containers that want the same processor get it by their shares", {holds}, needs},
       {kMonotone,
        "of three containers who has more shares gets more",
        {"loadline/control/cpu/shares-monotone"},
        needs},
       {kUpdated,
        "after an update they get it by the new shares",
        {holds, "loadline/control/update/bites"},
        Needs("cpu", {"controller-cpuacct", "verb-update"})}},
      true,
      Work};
}

}  // namespace loadline::conformance::control
