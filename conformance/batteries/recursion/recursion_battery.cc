// SPDX-License-Identifier: Apache-2.0
// The battery of recursion: the candidate inside the candidate, level by level. What is seen on
// each level is what is seen on the first, apart from what a level itself changes.
#include <algorithm>

#include "conformance/batteries/battery.h"
#include "conformance/batteries/chance.h"
#include "conformance/batteries/left_behind.h"
#include "conformance/batteries/normalised.h"
#include "conformance/batteries/recursion/ladder.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using recursion::Ladder;
using recursion::NativeDepth;
using reports::Verdict;

constexpr int kLevels = 3;
// More than the kernel allows of user namespaces, and of pid namespaces, in each other: 32.
constexpr int kFullLevels = 33;
constexpr int kWholeLevels = 8;    // where all behaviours are asked for then
constexpr size_t kOfEachArea = 3;  // behaviours, where not all are asked for

// What a level itself changes.
constexpr Varying kOfTheLevel[] = {
    {"/uidMap", "a map tells of the ids that the surroundings have"},
    {"/gidMap", "a map tells of the ids that the surroundings have"},
};

// What each of the runs has checks of.
struct Checks {
  std::string levels, observation, behaviours, left;
  explicit Checks(const std::string& run)
      : levels("loadline/recursion/" + run + "/levels"),
        observation("loadline/recursion/" + run + "/observation"),
        behaviours("loadline/recursion/" + run + "/behaviours"),
        left("loadline/recursion/" + run + "/left") {}
};

// The names of namespaces in config.json and in /proc.
constexpr const char* kNamespaces[][2] = {{"pid", "pid"},      {"network", "net"}, {"ipc", "ipc"},
                                          {"uts", "uts"},      {"mount", "mnt"},   {"user", "user"},
                                          {"cgroup", "cgroup"}};

struct Log {
  json observation;
  json behaviours = json::object();
};

class Climb {
 public:
  Climb(Rig& rig, Findings& findings, bool users)
      : rig_(rig),
        findings_(findings),
        users_(users),
        checks_(users ? "user-namespaces" : "containers") {}

  Result<void> Run() {
    wanted_ = rig_.options().full ? kFullLevels : kLevels;
    ASSIGN_OR_RETURN(native_, recursion::NestByHand(rig_, wanted_, users_));
    if (native_.depth < 2) return SayNothingCanBeSeen();
    ASSIGN_OR_RETURN(Ladder ladder, Ladder::Raise(rig_, std::min(wanted_, native_.depth), users_));
    RETURN_IF_ERROR(LookAt(ladder));
    RETURN_IF_ERROR(LookAtAnother(ladder));
    const std::string failed = AllTheWay(ladder);
    const int depth = ladder.depth();
    const std::vector<std::string> wrong = AllTheWayBack(ladder);
    ladder.TakeDown();
    Judge(depth, failed, wrong);
    return {};
  }

 private:
  // Down to the last level. What failed first, with the level; empty: nothing.
  std::string AllTheWay(Ladder& ladder) {
    const int lowest = std::min(wanted_, native_.depth);
    while (ladder.depth() < lowest) {
      const std::string level = "level " + std::to_string(ladder.depth() + 1) + ": ";
      const auto failed = ladder.Descend();
      if (!failed) return level + failed.error().ToLine();
      if (!failed->empty()) return level + *failed;
      if (const auto looked = LookAt(ladder); !looked) return level + looked.error().ToLine();
    }
    return "";
  }

  // Up to level 1 again: what was not as it should be.
  static std::vector<std::string> AllTheWayBack(Ladder& ladder) {
    std::vector<std::string> wrong;
    while (ladder.depth() > 1) {
      const auto more = ladder.Ascend();
      if (!more) {  // who does not answer any more is taken down with level 1
        wrong.push_back(more.error().ToLine());
        break;
      }
      wrong.insert(wrong.end(), more->begin(), more->end());
    }
    return wrong;
  }

  // What the process of the lowest level sees, and how system calls behave there.
  Result<void> LookAt(Ladder& ladder) {
    const int level = ladder.depth();
    const bool asks_for_all = rig_.options().full && level <= kWholeLevels;
    Log log;
    ASSIGN_OR_RETURN(const json observed, ladder.Ask(level, {{"tell", "observe"}}));
    namespaces_.push_back(observed.value("probe", json::object()).value("namespaces", json()));
    log.observation = Normalised(observed.value("probe", json()), ladder.IdOf(level), kOfTheLevel);
    for (const probe::BehaviourArea& area : probe::AllBehaviours()) {
      const size_t most = asks_for_all ? area.behaviours.size() : kOfEachArea;
      // From all over the area: what stands together is alike.
      const size_t step = std::max<size_t>(1, area.behaviours.size() / most);
      for (size_t i = 0; i < area.behaviours.size(); i += step) {
        const std::string name = area.behaviours[i].name;
        ASSIGN_OR_RETURN(
            const json answer,
            ladder.Ask(level, {{"tell", "behave"}, {"area", area.name}, {"name", name}}));
        log.behaviours[area.name + "/" + name] = answer.value("behaved", answer.dump());
      }
    }
    config_ = ladder.config();
    logs_.push_back(std::move(log));
    return {};
  }

  // The control: what two containers of one level do not agree on says nothing of levels.
  Result<void> LookAtAnother(Ladder& ladder) {
    ASSIGN_OR_RETURN(const json another, ladder.ObserveAnotherFirst());
    chance_ = Chance(logs_[0].observation, Normalised(another, "", kOfTheLevel));
    return {};
  }

  // A control too: a level is no level if it shares a namespace with the one above.
  std::vector<std::string> SharedNamespaces(size_t level) const {
    std::vector<std::string> shared;
    for (const json& entry : config_["linux"]["namespaces"]) {
      for (const auto& [type, name] : kNamespaces) {
        if (entry.value("type", "") == type &&
            namespaces_[level].value(name, json()) == namespaces_[level - 1].value(name, json()))
          shared.push_back("the " + std::string(type) + " namespace is that of the level above");
      }
    }
    return shared;
  }

  Result<void> SayNothingCanBeSeen() {
    for (const std::string* check :
         {&checks_.levels, &checks_.observation, &checks_.behaviours, &checks_.left})
      findings_.Say(*check, Verdict::kEnvironment,
                    "namespaces made by hand, without any runtime, stand " +
                        std::to_string(native_.depth) + " deep here: " + native_.failed);
    return {};
  }

  void Judge(int depth, const std::string& failed, const std::vector<std::string>& wrong) {
    const json evidence = {
        {"depth", depth}, {"wanted", wanted_}, {"byHand", native_.depth}, {"failed", failed}};
    findings_.Judge(checks_.levels, failed.empty(), failed, evidence);
    if (native_.depth < kLevels)
      findings_.Say(checks_.levels, Verdict::kEnvironment,
                    "by hand there are " + std::to_string(native_.depth) +
                        " levels here and no more: " + native_.failed,
                    evidence);
    if (depth < 2) {
      for (const std::string* check : {&checks_.observation, &checks_.behaviours, &checks_.left})
        findings_.Say(*check, Verdict::kInconclusive, "there is no second level: " + failed);
      return;
    }
    JudgeLogs();
    findings_.Judge(checks_.left, wrong.empty(), InShort(wrong), {{"wrong", wrong}});
  }

  // Of the first level's behaviours those that a deeper one was asked for.
  json Asked(size_t level) const {
    json asked = json::object();
    for (const auto& one : logs_[level].behaviours.items())
      asked[one.key()] = logs_[0].behaviours.at(one.key());
    return asked;
  }

  void JudgeLogs() {
    std::vector<std::string> seen;
    std::vector<std::string> behaved;
    const auto add = [](size_t level, const std::vector<std::string>& found,
                        std::vector<std::string>& to) {
      for (const std::string& one : found)
        to.push_back("level " + std::to_string(level + 1) + ": " + one);
    };
    const json first = chance_.Marked(logs_[0].observation);
    bool comes_and_goes = false;
    for (size_t level = 1; level < logs_.size(); ++level) {
      const json& observation = logs_[level].observation;
      add(level, SharedNamespaces(level), seen);
      add(level, Differences(first, chance_.Marked(observation)), seen);
      comes_and_goes = comes_and_goes || !chance_.IsNewIn(observation);
      add(level, Differences(Asked(level), logs_[level].behaviours), behaved);
    }
    json varies = json::object();
    for (const Varying& one : kOfTheLevel) varies[one.pointer] = one.because;
    const json evidence = {
        {"differences", seen}, {"varies", varies}, {"leftToChance", chance_.differences()}};
    if (seen.empty() && comes_and_goes)
      findings_.Say(checks_.observation, Verdict::kInconclusive,
                    "two containers of the first level do not see the same either: " +
                        InShort(chance_.differences()),
                    evidence);
    findings_.Judge(checks_.observation, seen.empty(), InShort(seen), evidence);
    findings_.Judge(checks_.behaviours, behaved.empty(), InShort(behaved),
                    {{"differences", behaved}, {"asked", logs_[0].behaviours.size()}});
  }

  Rig& rig_;
  Findings& findings_;
  const bool users_;
  const Checks checks_;
  int wanted_ = 0;
  NativeDepth native_;
  json config_;
  std::vector<json> namespaces_;  // by level
  std::vector<Log> logs_;
  Chance chance_;  // by which observations of one level differ
};

BatteryRun RunOf(bool users) {
  const std::string name = users ? "user-namespaces" : "containers";
  const std::string where = users ? "with user namespaces: " : "";
  const Checks checks(name);
  std::vector<std::string> needs{"root", "cap-sys-admin", "pid-namespace", "cgroup-namespace"};
  if (users) needs.emplace_back("user-namespace");
  BatteryRun run;
  run.name = name;
  run.checks = {{checks.levels,
                 where + "containers can be made in a container, level by level",
                 {"loadline/recursion/levels"},
                 needs},
                {checks.observation,
                 where + "a process sees the same on each level",
                 {"loadline/recursion/observation"},
                 needs},
                {checks.behaviours,
                 where + "system calls behave the same on each level",
                 {"loadline/recursion/behaviours"},
                 needs},
                {checks.left,
                 where + "on each level a container ends, and leaves nothing",
                 {"loadline/recursion/left"},
                 needs}};
  run.work = [users](Rig& rig, Findings& findings) { return Climb(rig, findings, users).Run(); };
  run.full_time = std::chrono::seconds(240);
  return run;
}

}  // namespace

Battery RecursionBattery() {
  Battery battery{"recursion", "the candidate inside the candidate, level by level", true, {}};
  battery.rootless = false;  // the levels are made by root of each
  for (const bool users : {false, true})
    battery.runs.push_back(WithLedger(battery.name, RunOf(users)));
  return battery;
}

}  // namespace loadline::conformance
