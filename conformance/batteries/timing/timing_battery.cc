// SPDX-License-Identifier: Apache-2.0
// The battery of timing independence: the same life of a container, undisturbed and with a
// candidate that hardly gets to work. What the clock says is of no interest: the verdicts have to
// be the same.
#include <map>
#include <random>
#include <utility>

#include "conformance/batteries/battery.h"
#include "conformance/batteries/chance.h"
#include "conformance/batteries/groups/limited_group.h"
#include "conformance/batteries/launched.h"
#include "conformance/batteries/left_behind.h"
#include "conformance/batteries/normalised.h"
#include "conformance/batteries/processors.h"
#include "conformance/batteries/timing/life.h"
#include "conformance/batteries/timing/stopper.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;
using timing::Live;
using timing::Stopper;

constexpr uint64_t kSeed = 1974;
constexpr int64_t kPeriod = 20000;  // microseconds, short, so that it bites within one call
constexpr int64_t kQuota = kPeriod / 20;
constexpr const char* kSqueezed = "squeezed";
constexpr int kLongestPause = 20;  // milliseconds between two calls

// A disturbed life, and the control of it.
struct Disturbed {
  json life;
  int64_t times = 0;    // it was disturbed
  std::string missing;  // why this host cannot do so; empty: it can
};

using Disturb = Result<Disturbed> (*)(Rig& rig, uint64_t seed);

Result<Disturbed> OnOneProcessor(Rig& rig, uint64_t) {
  const Launched launched(rig, {"--processor", std::to_string(LastProcessor())});
  ASSIGN_OR_RETURN(json life, Live(rig));
  return Disturbed{std::move(life), 1, ""};
}

// What becomes the container's process is moved out of the group of the calls, into its own.
Result<Disturbed> Squeezed(Rig& rig, uint64_t) {
  const auto group = LimitedGroup::Make(rig, "cpu", kSqueezed, QuotaLines(rig, kQuota, kPeriod));
  if (!group)
    return Disturbed{nullptr, 0, "there is no group with a quota: " + group.error().ToLine()};
  const Launched launched(rig, {"--group", group->directory()});
  ASSIGN_OR_RETURN(json life, Live(rig));
  ASSIGN_OR_RETURN(const int64_t throttled, ReadIn(rig, kSqueezed, Figure::kThrottled));
  return Disturbed{std::move(life), throttled, ""};
}

Result<Disturbed> Stopped(Rig& rig, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int> pause(0, kLongestPause);
  ASSIGN_OR_RETURN(const Stopper stopper, Stopper::Start(seed));
  ASSIGN_OR_RETURN(json life, Live(rig, [&] { (void)Rig::Wait(milliseconds(pause(random))); }));
  return Disturbed{std::move(life), stopper.stops(), ""};
}

struct Condition {
  const char* name;
  const char* title;  // "… with the candidate TITLE"
  Disturb disturb;
  int factor;  // by which its calls may take longer
  int rounds;
  int full_rounds;
};
constexpr Condition kConditions[] = {
    {"one-processor", "alone on one processor", OnOneProcessor, 2, 1, 5},
    {"squeezed", "on a twentieth of a processor", Squeezed, 6, 1, 5},
    {"stopped", "stopped at random", Stopped, 4, 3, 25},
};

// Of a life, each with a check of its own.
constexpr const char* kParts[] = {"calls", "seen"};

std::string CheckOf(const Condition& condition, const char* part) {
  return "loadline/timing/" + std::string(condition.name) + "/" + part;
}

class Comparison {
 public:
  Comparison(Rig& rig, Findings& findings, const Condition& condition)
      : rig_(rig), findings_(findings), condition_(condition) {}

  Result<void> Run() {
    ASSIGN_OR_RETURN(calm_, Live(rig_));
    // What is compared has to be a life.
    if (calm_["calls"][0]["outcome"] != "exit status 0" || calm_["seen"]["serves"] != true)
      return CandidateError("undisturbed, there is no container: create: " +
                            calm_["made"].get<std::string>());
    // The control: what differs without a disturbance is not to be blamed on one.
    ASSIGN_OR_RETURN(const json again, Live(rig_));
    for (const char* part : kParts) chance_[part] = Chance(calm_[part], again[part]);
    rig_.LimitSteps(rig_.options().step_time * condition_.factor);
    const int rounds = rig_.options().full ? condition_.full_rounds : condition_.rounds;
    for (int round = 0; round < rounds; ++round) {
      rig_.ForgetCommands();
      ASSIGN_OR_RETURN(const bool goes_on, Round(round));
      if (!goes_on) break;
    }
    for (const char* part : kParts) {
      json evidence = EvidenceOf(part);
      evidence.update({{"rounds", rounds}, {"disturbed", times_}});
      if (comes_and_goes_[part])
        findings_.Say(CheckOf(condition_, part), Verdict::kInconclusive,
                      "two lives that nobody disturbs are not the same either: " +
                          InShort(chance_[part].differences()),
                      evidence);
      findings_.Pass(CheckOf(condition_, part), evidence);
    }
    return {};
  }

 private:
  Result<bool> Round(int round) {
    const uint64_t seed = kSeed + static_cast<uint64_t>(round);
    ASSIGN_OR_RETURN(const Disturbed disturbed, condition_.disturb(rig_, seed));
    if (!disturbed.missing.empty()) {
      SayOfBoth(Verdict::kEnvironment, disturbed.missing);
      return false;
    }
    times_ += disturbed.times;
    bool same = true;
    for (const char* part : kParts)
      same =
          Compare(part, disturbed.life[part], {{"times", disturbed.times}, {"seed", seed}}) && same;
    if (same && disturbed.times == 0) {
      SayOfBoth(Verdict::kInconclusive, "the candidate was never disturbed");
      return false;
    }
    return same;
  }

  // Judges a part of a disturbed life. Whether it is as in the calm one, as far as can be said.
  bool Compare(const char* part, const json& seen, const json& how) {
    const Chance& chance = chance_[part];
    comes_and_goes_[part] = comes_and_goes_[part] || !chance.IsNewIn(seen);
    const auto differences = Differences(chance.Marked(calm_[part]), chance.Marked(seen));
    if (differences.empty()) return true;
    json evidence = EvidenceOf(part);
    evidence.update(how);
    evidence.update({{"differences", differences}, {"calm", calm_[part]}, {"disturbed", seen}});
    findings_.Judge(CheckOf(condition_, part), false, InShort(differences), evidence);
    return false;
  }

  json EvidenceOf(const char* part) {
    return {{"leftToChance", chance_[part].differences()}, {"without", calm_["without"]}};
  }

  void SayOfBoth(Verdict verdict, const std::string& message) {
    for (const char* part : kParts) findings_.Say(CheckOf(condition_, part), verdict, message);
  }

  Rig& rig_;
  Findings& findings_;
  const Condition& condition_;
  json calm_;
  std::map<std::string, Chance> chance_;        // by part
  std::map<std::string, bool> comes_and_goes_;  // so does something that is left to chance
  int64_t times_ = 0;
};

BatteryRun RunOf(const Condition& condition) {
  BatteryRun run;
  run.name = condition.name;
  const std::string with = std::string(", with the candidate ") + condition.title;
  run.checks = {{CheckOf(condition, "calls"),
                 "calls have the same outcome, and lead to the same states" + with,
                 {"loadline/timing/calls"},
                 {"root"}},
                {CheckOf(condition, "seen"),
                 "the container's processes and hooks see the same" + with,
                 {"loadline/timing/seen"},
                 {"root"}}};
  run.work = [&condition](Rig& rig, Findings& findings) {
    return Comparison(rig, findings, condition).Run();
  };
  run.full_time = std::chrono::seconds(400);
  return run;
}

}  // namespace

Battery TimingBattery() {
  Battery battery{
      "timing", "the verdicts are the same when the candidate hardly gets to work", true, {}};
  battery.rootless = false;  // the group of the calls is root's
  for (const Condition& condition : kConditions)
    battery.runs.push_back(WithLedger(battery.name, RunOf(condition)));
  return battery;
}

}  // namespace loadline::conformance
