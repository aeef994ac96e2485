// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/mutant_plan.h"

#include <algorithm>
#include <sstream>

#include "base/child_process.h"
#include "conformance/harness/merge.h"
#include "conformance/mutants/mutants.h"

namespace loadline::conformance {
namespace {

// A mutant that hangs costs a deadline per run, and a few cases show it as well as all.
constexpr size_t kCasesOfHanging = 2;
// What every case touches is looked at by as many of them, taken from all areas.
constexpr size_t kSample = 40;

struct Touchable {
  const Case* the_case = nullptr;
  Json config;
  std::vector<std::string> verbs;
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
    Touchable touchable{one, {}, {}};
    ASSIGN_OR_RETURN(touchable.config, EffectiveConfig(spec, one->config, one->patch));
    AddVerbs(one->steps, touchable.verbs);
    touchables.push_back(std::move(touchable));
  }
  return touchables;
}

// At most `count`, evenly spread.
std::vector<std::string> Sample(const std::vector<std::string>& ids, size_t count) {
  if (ids.size() <= count) return ids;
  std::vector<std::string> sample;
  for (size_t i = 0; i < count; ++i) sample.push_back(ids[i * ids.size() / count]);
  return sample;
}

// Those that mean what the mutant spoils; a sample when it only stands in the base bundle.
Result<std::vector<std::string>> CasesOf(const mutants::Mutant& mutant, const Json& base,
                                         const std::vector<Touchable>& touchables) {
  std::vector<std::string> touching;
  std::vector<std::string> about;
  for (const Touchable& one : touchables) {
    ASSIGN_OR_RETURN(const bool touches, mutants::Touches(mutant, one.config, one.verbs));
    if (!touches) continue;
    touching.push_back(one.the_case->id);
    ASSIGN_OR_RETURN(const bool is_about, mutants::IsAbout(mutant, one.config, base));
    if (is_about) about.push_back(one.the_case->id);
  }
  if (!about.empty()) return about;
  return Sample(touching, mutant.name.ends_with("-hangs") ? kCasesOfHanging : kSample);
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
    MutantPlan plan{mutant.name, mutant.summary, profile, {}, {}};
    plan.profile.command = {program};
    std::vector<std::string>& command = plan.profile.command;
    command.insert(command.end(), mutant.arguments.begin(), mutant.arguments.end());
    command.emplace_back("--");
    command.insert(command.end(), profile.command.begin(), profile.command.end());
    ASSIGN_OR_RETURN(plan.cases, CasesOf(mutant, base, touchables));
    plans.push_back(std::move(plan));
  }
  return plans;
}

Result<std::vector<MutantPlan>> PlanStages(const Profile& profile,
                                           const std::vector<const Case*>& cases) {
  std::vector<MutantPlan> plans;
  if (profile.stages.list.empty()) return plans;
  RunOptions list;
  list.spawn.argv = profile.command;
  list.spawn.argv.insert(list.spawn.argv.end(), profile.stages.list.begin(),
                         profile.stages.list.end());
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(list));
  std::istringstream lines(outcome.standard_output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string side, stage, requirement;
    if (!(words >> side >> stage >> requirement)) continue;  // the name of a table
    MutantPlan plan{"stage:" + stage, "leaves out what keeps " + requirement, profile, {}, {}};
    const bool known = std::any_of(plans.begin(), plans.end(), [&plan](const MutantPlan& other) {
      return other.name == plan.name;
    });
    if (known) continue;  // a name that stands in several tables is left out in all of them
    plan.profile.global_options.push_back(profile.stages.without);
    plan.profile.global_options.push_back(stage);
    for (const Case* one : cases) {
      const bool cites = std::any_of(
          one->requirements.begin(), one->requirements.end(),
          [&requirement](const std::string& id) { return id.starts_with(requirement); });
      (cites ? plan.cases : plan.rest).push_back(one->id);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace loadline::conformance
