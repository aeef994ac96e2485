// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/mutant_plan.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "base/child_process.h"
#include "conformance/harness/expectations.h"
#include "conformance/harness/merge.h"
#include "conformance/mutants/mutants.h"

namespace loadline::conformance {
namespace {

// A mutant that makes everybody wait is seen by a few cases as well as by all.
constexpr size_t kCasesOfSlow = 2;
// What every case touches is looked at by as many of them, taken from all areas.
constexpr size_t kSample = 40;

// A case with what a mutant may touch of it.
struct Touchable {
  const Case* the_case = nullptr;
  Json config;  // effective
  std::vector<std::string> verbs;
  bool own_steps = false;
};

void AddVerbs(const std::vector<Step>& steps, std::vector<std::string>& verbs) {
  for (const Step& step : steps) {
    verbs.push_back(step.verb);
    AddVerbs(step.steps, verbs);
  }
}

Result<std::vector<Touchable>> Touchables(const std::vector<const Case*>& cases,
                                          const std::string& spec) {
  std::vector<Touchable> touchables;
  for (const Case* one : cases) {
    Touchable touchable{one, {}, {}, Json::parse(one->source, nullptr, false).contains("steps")};
    ASSIGN_OR_RETURN(touchable.config, EffectiveConfig(spec, one->config, one->patch));
    AddVerbs(one->steps, touchable.verbs);
    touchables.push_back(std::move(touchable));
  }
  return touchables;
}

// Whether the case sets what the mutant spoils, even if to what the base bundle has anyway.
Result<bool> Declares(const Touchable& touchable, const mutants::Mutant& mutant, const Json& base) {
  const Case& the_case = *touchable.the_case;
  if (!mutant.pointer.empty()) {
    ASSIGN_OR_RETURN(Json own, mutants::Without(mutant, base));
    RETURN_IF_ERROR(MergeConfig(own, the_case.config));
    // A patch of what is not there any more is about it.
    if (!ApplyPatch(own, the_case.patch).has_value()) return true;
    return mutants::Touches(mutant, own, {"create"});
  }
  ASSIGN_OR_RETURN(const auto properties, mutants::SpoiledProperties(mutant, touchable.config));
  if (properties.empty()) return touchable.own_steps;
  return std::any_of(properties.begin(), properties.end(), [&](const std::string& property) {
    return the_case.config.contains(Json::json_pointer(property)) ||
           std::any_of(the_case.patch.begin(), the_case.patch.end(), [&](const Json& operation) {
             return operation.value("path", "").starts_with(property);
           });
  });
}

bool IsAbout(const mutants::Mutant& mutant, const std::string& id) {
  return std::any_of(mutant.about.begin(), mutant.about.end(),
                     [&id](const std::string& glob) { return GlobMatches(glob, id); });
}

// Fills in the cases: those that are about what is spoiled, or else some that have it from the base
// bundle.
Result<void> ChooseCases(const mutants::Mutant& mutant, const std::vector<Touchable>& touchables,
                         const Json& base, MutantPlan& plan) {
  std::vector<std::string> touching;
  for (const Touchable& one : touchables) {
    ASSIGN_OR_RETURN(const bool touches, mutants::Touches(mutant, one.config, one.verbs));
    if (!touches) continue;
    touching.push_back(one.the_case->id);
    ASSIGN_OR_RETURN(const bool declares, Declares(one, mutant, base));
    if (declares || IsAbout(mutant, one.the_case->id)) plan.cases.push_back(one.the_case->id);
  }
  plan.sampled = plan.cases.empty();
  if (plan.sampled) plan.cases = std::move(touching);
  const size_t most = mutant.slow ? kCasesOfSlow : plan.sampled ? kSample : plan.cases.size();
  for (size_t i = 0, all = plan.cases.size(); i < most && most < all; ++i)
    plan.cases[i] = plan.cases[i * all / most];
  plan.cases.resize(std::min(plan.cases.size(), most));
  return {};
}

bool Cites(const Case& one, const std::string& requirement) {
  return std::any_of(one.requirements.begin(), one.requirements.end(),
                     [&](const std::string& id) { return id.starts_with(requirement); });
}

// A case by exec stands and falls with the one that it repeats.
bool RepeatsOneOf(const Case& one, const std::vector<std::string>& ids) {
  constexpr std::string_view kSuffix = "/by-exec";
  return one.id.ends_with(kSuffix) &&
         std::find(ids.begin(), ids.end(), one.id.substr(0, one.id.size() - kSuffix.size())) !=
             ids.end();
}

}  // namespace

Result<std::vector<MutantPlan>> PlanMutants(const Profile& profile, const std::string& program,
                                            const std::vector<const Case*>& cases,
                                            const std::string& spec) {
  ASSIGN_OR_RETURN(const std::vector<mutants::Mutant> list, mutants::ListMutants());
  ASSIGN_OR_RETURN(const std::vector<Touchable> touchables, Touchables(cases, spec));
  ASSIGN_OR_RETURN(const Json base, EffectiveConfig(spec, Json::object(), Json::array()));
  std::vector<MutantPlan> plans;
  for (const mutants::Mutant& mutant : list) {
    MutantPlan plan{mutant.name, mutant.summary, profile};
    plan.about = mutant.about;
    plan.battery = mutant.battery;
    plan.reason = mutant.reason;
    plan.profile.command = {program};
    std::vector<std::string>& command = plan.profile.command;
    command.insert(command.end(), mutant.arguments.begin(), mutant.arguments.end());
    command.emplace_back("--");
    command.insert(command.end(), profile.command.begin(), profile.command.end());
    if (!plan.battery) RETURN_IF_ERROR(ChooseCases(mutant, touchables, base, plan));
    plans.push_back(std::move(plan));
  }
  return plans;
}

Result<std::vector<MutantPlan>> PlanStages(const Profile& profile,
                                           const std::vector<const Case*>& cases,
                                           const std::vector<Case>& all) {
  std::vector<MutantPlan> plans;
  if (profile.stages.list.empty()) return plans;
  RunOptions list;
  list.spawn.argv = profile.command;
  list.spawn.argv.insert(list.spawn.argv.end(), profile.stages.list.begin(),
                         profile.stages.list.end());
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(list));
  std::map<std::string, std::string> unknown = profile.stages.unseen;
  std::istringstream lines(outcome.standard_output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string side, stage, requirement;
    if (!(words >> side >> stage >> requirement)) continue;  // the name of a table
    unknown.erase(stage);
    if (profile.stages.unseen.contains(stage)) continue;
    MutantPlan plan{"stage:" + stage, "leaves out what keeps " + requirement, profile};
    const bool known = std::any_of(plans.begin(), plans.end(), [&plan](const MutantPlan& other) {
      return other.name == plan.name;
    });
    if (known) continue;  // a name that stands in several tables is left out in all of them
    plan.profile.global_options.push_back(profile.stages.without);
    plan.profile.global_options.push_back(stage);
    plan.may_refuse = true;  // later stages build on it
    for (const Case* one : cases) {
      if (Cites(*one, requirement)) plan.cases.push_back(one->id);
    }
    for (const Case* one : cases) {
      if (RepeatsOneOf(*one, plan.cases)) plan.cases.push_back(one->id);
    }
    for (const Case* one : cases) {
      if (std::find(plan.cases.begin(), plan.cases.end(), one->id) == plan.cases.end())
        plan.rest.push_back(one->id);
    }
    const bool elsewhere =
        plan.cases.empty() && std::any_of(all.begin(), all.end(),
                                          [&](const Case& one) { return Cites(one, requirement); });
    if (!elsewhere) plans.push_back(std::move(plan));
  }
  if (!unknown.empty())
    return Failure("the profile of " + profile.name + " says why no case sees the stage " +
                       unknown.begin()->first + ", which is not there",
                   "take it out of /stages/unseen");
  return plans;
}

std::vector<MutantPlan> PlanOrders(const Profile& profile, const std::vector<const Case*>& cases) {
  std::vector<MutantPlan> plans;
  for (const auto& [names, about] : profile.stages.orders) {
    MutantPlan plan{"order:" + names, "lets these stages change places", profile};
    plan.profile.global_options.push_back(profile.stages.swap);
    plan.profile.global_options.push_back(names);
    for (const Case* one : cases) plan.cases.push_back(one->id);
    std::istringstream globs(about);
    plan.about.assign(std::istream_iterator<std::string>(globs), {});
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace loadline::conformance
