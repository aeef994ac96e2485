// SPDX-License-Identifier: Apache-2.0
// The battery of timing independence: the same life of a container, undisturbed and with a
// candidate that hardly gets to work. What the clock says is of no interest: the verdicts have to
// be the same.
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <random>
#include <sstream>
#include <utility>

#include "base/files.h"
#include "conformance/batteries/battery.h"
#include "conformance/batteries/launched.h"
#include "conformance/batteries/left_behind.h"
#include "conformance/batteries/normalised.h"
#include "conformance/batteries/processors.h"
#include "conformance/batteries/timing/life.h"
#include "conformance/batteries/timing/stopper.h"
#include "conformance/harness/cell_view.h"
#include "conformance/harness/cgroups.h"

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
constexpr int kLongestPause = 20;  // milliseconds between two calls

// A group of the cell's with a twentieth of a processor, for the candidate's calls: what becomes
// the container's process is moved out of it, into the container's own.
class Squeeze {
 public:
  // Nothing, and why, when this host has no such groups.
  static std::optional<Squeeze> Make(const Rig& rig, std::string& why) {
    Squeeze squeeze;
    squeeze.directory_ = Place(rig) + "/squeezed";
    if (mkdir(squeeze.directory_.c_str(), 0755) != 0) {
      why = CallError("mkdir", squeeze.directory_).ToLine();
      squeeze.directory_.clear();
      return std::nullopt;
    }
    if (auto limited = squeeze.Limit(); !limited) {
      why = limited.error().ToLine();
      return std::nullopt;
    }
    return squeeze;
  }
  Squeeze(Squeeze&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}
  Squeeze& operator=(Squeeze&&) = delete;
  ~Squeeze() {
    if (!directory_.empty()) RemoveGroupTree(directory_);
  }

  const std::string& directory() const { return directory_; }
  // How often its processes had to wait.
  int64_t Throttled() const {
    std::istringstream lines(ReadFile(directory_ + "/cpu.stat", 1 << 16).value_or(""));
    std::string word;
    for (int64_t number = 0; lines >> word >> number;) {
      if (word == "nr_throttled") return number;
    }
    return 0;
  }

 private:
  Squeeze() = default;

  static std::string Place(const Rig& rig) {
    if (std::string v1 = rig.CellGroup("cpu"); !v1.empty()) return v1;
    for (const Hierarchy& hierarchy : rig.view().hierarchies) {
      if (hierarchy.v2) return MountInCell(rig.view(), hierarchy);
    }
    return "/sys/fs/cgroup";
  }

  Result<void> Limit() const {
    const std::string quota = std::to_string(kQuota);
    const std::string period = std::to_string(kPeriod);
    if (access((directory_ + "/cpu.max").c_str(), F_OK) == 0)
      return WriteExisting(directory_ + "/cpu.max", quota + " " + period);
    RETURN_IF_ERROR(WriteExisting(directory_ + "/cpu.cfs_period_us", period));
    return WriteExisting(directory_ + "/cpu.cfs_quota_us", quota);
  }

  std::string directory_;
};

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

Result<Disturbed> Squeezed(Rig& rig, uint64_t) {
  std::string why;
  const std::optional<Squeeze> squeeze = Squeeze::Make(rig, why);
  if (!squeeze) return Disturbed{nullptr, 0, "there is no group with a quota: " + why};
  const Launched launched(rig, {"--group", squeeze->directory()});
  ASSIGN_OR_RETURN(json life, Live(rig));
  return Disturbed{std::move(life), squeeze->Throttled(), ""};
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
    ASSIGN_OR_RETURN(const json again, Live(rig_));
    Compare(again, "two lives that nobody disturbs are not the same: ", json::object());
    rig_.LimitSteps(rig_.options().step_time * condition_.factor);
    const int rounds = rig_.options().full ? condition_.full_rounds : condition_.rounds;
    for (int round = 0; round < rounds; ++round) {
      rig_.ForgetCommands();
      ASSIGN_OR_RETURN(const bool goes_on, Round(round));
      if (!goes_on) break;
    }
    const json evidence = {
        {"rounds", rounds}, {"disturbed", times_}, {"without", calm_["without"]}};
    for (const char* part : kParts) findings_.Pass(CheckOf(condition_, part), evidence);
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
    const bool same = Compare(disturbed.life, "", {{"times", disturbed.times}, {"seed", seed}});
    if (same && disturbed.times == 0) {
      SayOfBoth(Verdict::kInconclusive, "the candidate was never disturbed");
      return false;
    }
    return same;
  }

  // Fails the parts of the life that are not as in the calm one. Whether nothing failed.
  bool Compare(const json& life, const std::string& words, json evidence) {
    bool same = true;
    for (const char* part : kParts) {
      const auto differences = Differences(calm_[part], life[part]);
      if (differences.empty()) continue;
      same = false;
      evidence.update({{"differences", differences},
                       {"calm", calm_[part]},
                       {"other", life[part]},
                       {"without", calm_["without"]}});
      findings_.Judge(CheckOf(condition_, part), false, words + InShort(differences), evidence);
    }
    return same;
  }

  void SayOfBoth(Verdict verdict, const std::string& message) {
    for (const char* part : kParts) findings_.Say(CheckOf(condition_, part), verdict, message);
  }

  Rig& rig_;
  Findings& findings_;
  const Condition& condition_;
  json calm_;
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
