// SPDX-License-Identifier: Apache-2.0
// Rates of input and output: how fast a container moves blocks past the page cache, which is all
// that v1 limits. A native process in a group of ours that has the same limits does the same at the
// same time: where it is not held back, this kernel keeps no rates.
#include <algorithm>

#include "conformance/batteries/control/control.h"
#include "conformance/batteries/control/loop_device.h"
#include "conformance/batteries/groups/own_group.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using reports::Verdict;
using std::chrono::milliseconds;

constexpr int64_t kKiB = 1024;
constexpr int64_t kSize = 8192 * kKiB;
constexpr double kTolerance = 0.15;
// Time in which the kernel lets through at once what it owed, and time that is measured.
constexpr milliseconds kWarmUp{250};
constexpr milliseconds kWindow{800};
constexpr milliseconds kFreeWindow{50};
constexpr double kNeeded = 0.7;  // of the limit, that a native process has to come to
// How much faster than its limits the device has to be, and how often it may turn out not to be.
constexpr double kFaster = 4;
constexpr int kTries = 5;

const std::string kArea = "loadline/control/block-io/";
const std::string kUpdated = kArea + "updated";
constexpr const char* kNode = "/dev/loadline-disk";

// The blocks are so large that of the two limits of a direction the one that is looked at comes
// first.
struct Rate {
  const char* check;
  const char* property;
  const char* word;
  int64_t limit;  // a second
  int64_t block;
  bool writes;
  bool bytes;  // else operations
};
constexpr Rate kRates[] = {
    {"read-bytes", "throttleReadBpsDevice", "rbps", 4096 * kKiB, 64 * kKiB, false, true},
    {"write-bytes", "throttleWriteBpsDevice", "wbps", 2048 * kKiB, 64 * kKiB, true, true},
    {"read-operations", "throttleReadIOPSDevice", "riops", 100, 4 * kKiB, false, false},
    {"write-operations", "throttleWriteIOPSDevice", "wiops", 80, 4 * kKiB, true, false}};

json Message(const Rate& rate, const std::string& path, milliseconds warm_up, milliseconds window) {
  return {{"tell", "move-directly"},       {"path", path},
          {"block", rate.block},           {"span", kSize},
          {"write", rate.writes},          {"warmUpMilliseconds", warm_up.count()},
          {"milliseconds", window.count()}};
}

// What was moved in a second; an error in words where nothing was.
Result<double> RateOf(const Rate& rate, const json& answer, const char* whose) {
  const double seconds = answer.value("seconds", 0.0);
  if (answer.value("moved", "") != "ok" || seconds <= 0)
    return Failure(std::string(whose) + " cannot use the device: " + answer.dump());
  return answer.value(rate.bytes ? "bytes" : "operations", 0.0) / seconds;
}

json Throttles(const LoopDevice& loop, int64_t times) {
  json limits = json::object();
  for (const Rate& rate : kRates)
    limits[rate.property] = json::array(
        {json{{"major", loop.major()}, {"minor", loop.minor()}, {"rate", rate.limit * times}}});
  return {{"blockIO", limits}};
}

std::vector<GroupLine> Lines(const Rig& rig, const LoopDevice& loop, int64_t times) {
  std::vector<GroupLine> lines;
  for (const Rate& rate : kRates)
    lines.push_back(RateLine(rig, loop.Numbers(), rate.word, rate.limit * times));
  return lines;
}

struct Measured {
  double limit = 0;
  double container = 0;
  double native = 0;  // with the same limit

  double Highest() const { return limit * (1 + kTolerance); }
  // The kernel rounds waiting times up: what it gives to others is what there was to give.
  double Lowest() const { return std::min(limit, native) * (1 - kTolerance); }
};

// Both at the same time, each held back by its own group.
Result<Measured> Measure(Rig& rig, Container& container, OwnGroup& own, const LoopDevice& loop,
                         const Rate& rate, int64_t times) {
  Measured measured;
  measured.limit = static_cast<double>(rate.limit * times);
  RETURN_IF_ERROR(rig.Send(container, Message(rate, kNode, kWarmUp, kWindow)));
  ASSIGN_OR_RETURN(const json natively,
                   own.process().Tell(Message(rate, loop.path(), kWarmUp, kWindow)));
  ASSIGN_OR_RETURN(const json inside, rig.Hear(container));
  ASSIGN_OR_RETURN(measured.native, RateOf(rate, natively, "a native process"));
  auto moved = RateOf(rate, inside, "the container");
  if (!moved) return CandidateError(moved.error().what);
  measured.container = *moved;
  return measured;
}

void JudgeRate(Findings& findings, const std::string& check, const Rate& rate,
               const Measured& measured) {
  const char* unit = rate.bytes ? " bytes a second" : " operations a second";
  const std::string says = "moved " + Decimal(measured.container, 0) + unit + " under a limit of " +
                           Decimal(measured.limit, 0);
  const Measurement all{{{"what", rate.property},
                         {"containerPerSecond", measured.container},
                         {"windowMs", kWindow.count()}},
                        {{"limitPerSecond", measured.limit},
                         {"part", kTolerance},
                         {"mostAllowed", measured.Highest()},
                         {"leastExpected", measured.Lowest()}},
                        {{"nativePerSecond", measured.native}}};
  if (measured.native > measured.Highest()) {
    findings.Say(check, Verdict::kEnvironment,
                 "this kernel does not keep the rate of a native process either", all.ToJson());
    return;
  }
  const bool kept = measured.container <= measured.Highest();
  const bool slow = measured.native < measured.limit * kNeeded;
  findings.JudgeMeasured(check, kept && measured.container >= measured.Lowest(), says, all,
                         kept && slow ? "the machine had no more to give" : "");
}

// An update that is taken changes the rates; one that says it does not is an answer, too.
Result<void> JudgeUpdated(Rig& rig, Findings& findings, Container& container, OwnGroup& own,
                          const LoopDevice& loop) {
  constexpr int64_t kTimes = 2;
  ASSIGN_OR_RETURN(const Call updated, rig.TryUpdate(container, Throttles(loop, kTimes)));
  if (!updated.Success()) {
    findings.Pass(kUpdated, {{"update", updated.ToText()}});
    return {};
  }
  for (const GroupLine& line : Lines(rig, loop, kTimes)) RETURN_IF_ERROR(own.Write(line));
  for (const size_t i : {size_t{0}, size_t{3}}) {
    ASSIGN_OR_RETURN(const Measured measured,
                     Measure(rig, container, own, loop, kRates[i], kTimes));
    JudgeRate(findings, kUpdated, kRates[i], measured);
  }
  return {};
}

std::vector<std::string> AllChecks() {
  std::vector<std::string> all = {kUpdated};
  for (const Rate& rate : kRates) all.push_back(kArea + rate.check);
  return all;
}

// What the device gives without limits has to be well above them; empty when it is.
Result<std::string> WhyTooSlow(Native& native, const LoopDevice& loop) {
  for (const Rate& rate : kRates) {
    ASSIGN_OR_RETURN(const json answer,
                     native.Tell(Message(rate, loop.path(), milliseconds(0), kFreeWindow)));
    ASSIGN_OR_RETURN(const double free, RateOf(rate, answer, "a native process"));
    if (free < static_cast<double>(rate.limit) * kFaster)
      return "without a limit of " + std::string(rate.property) + " there are " + Decimal(free, 0) +
             " a second";
  }
  return std::string();
}

// A machine that is busy elsewhere is asked again.
Result<bool> IsFastEnough(Rig& rig, Findings& findings, const LoopDevice& loop) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  std::string why;
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(why, WhyTooSlow(native, loop));
    if (why.empty()) return true;
  }
  for (const std::string& check : AllChecks())
    findings.Say(check, Verdict::kInconclusive, "the machine is too slow: " + why);
  return false;
}

Result<void> Work(Rig& rig, Findings& findings) {
  const auto loop = LoopDevice::Make(rig.paths().work + "/disk", kSize);
  if (!loop.has_value()) {
    CannotShow(findings, AllChecks(), "this host gives no loop device: " + loop.error().ToLine());
    return {};
  }
  ASSIGN_OR_RETURN(const bool fast, IsFastEnough(rig, findings, *loop));
  if (!fast) return {};
  auto own = OwnGroup::Make(rig, "blkio", "rates-control", Lines(rig, *loop, 1));
  if (!own.has_value()) {
    CannotShow(findings, AllChecks(), "this kernel takes no rates: " + own.error().ToLine());
    return {};
  }
  ASSIGN_OR_RETURN(Container* const container,
                   rig.NewContainer(loop->ForContainer(kNode, Throttles(*loop, 1))));
  RETURN_IF_ERROR(rig.Run(*container));
  for (const Rate& rate : kRates) {
    ASSIGN_OR_RETURN(const Measured measured, Measure(rig, *container, *own, *loop, rate, 1));
    JudgeRate(findings, kArea + rate.check, rate, measured);
  }
  if (rig.HasVerb("update")) RETURN_IF_ERROR(JudgeUpdated(rig, findings, *container, *own, *loop));
  rig.Remove(*container);  // before the device is gone
  return {};
}

}  // namespace

BatteryRun BlockIoRun() {
  const std::vector<std::string> holds = {"loadline/control/block-io/rates-hold"};
  BatteryRun run{"block-io", {}, true, Work};
  for (const Rate& rate : kRates)
    run.checks.push_back({kArea + rate.check,
                          std::string("a container moves as much past the page cache as its ") +
                              rate.property + " says",
                          holds, Needs("blkio", {"root"})});
  run.checks.push_back({kUpdated,
                        "after an update the new rates hold, or it was refused",
                        {"loadline/control/update/all-limits"},
                        Needs("blkio", {"root", "verb-update"})});
  return run;
}

}  // namespace loadline::conformance::control
