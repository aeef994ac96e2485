// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/run.h"

#include "conformance/harness/merge.h"

namespace loadline::conformance {
namespace {

constexpr const char* kProbeLists[] = {"paths", "sysctls", "syscalls", "attempts"};

const Json* Descend(const Json& value, std::initializer_list<const char*> keys) {
  const Json* inner = &value;
  for (const char* key : keys) {
    if (!inner->is_object()) return nullptr;
    const auto found = inner->find(key);
    if (found == inner->end()) return nullptr;
    inner = &*found;
  }
  return inner;
}

void AddKeys(const Json* object, std::set<std::string>& keys) {
  if (object == nullptr || !object->is_object()) return;
  for (const auto& member : object->items()) {
    if (!member.key().starts_with('$') || member.key().starts_with("${")) keys.insert(member.key());
    if (member.key() != "$any-of" || !member.value().is_array()) continue;
    for (const Json& alternative : member.value()) AddKeys(&alternative, keys);
  }
}

// What makes two steps different runs: `then` and `control` only look.
Json KeyOf(const std::vector<Step>& steps) {
  Json key = Json::array();
  for (const Step& step : steps) {
    key.push_back({{"do", step.verb},
                   {"id", step.container},
                   {"as", step.as},
                   {"options", step.options},
                   {"fails", static_cast<int>(step.fails)},
                   {"steps", KeyOf(step.steps)},
                   {"succeed", step.succeed},
                   {"aside", step.aside}});
  }
  return key;
}

// What the configuration of every run begins with.
struct Base {
  const std::string& spec;
  Caller caller;
};

// The run of a case, or of one of its controls when `control` is given.
Result<Run> MakeRun(const Case& the_case, const Base& base, const Json& control) {
  Run run;
  ASSIGN_OR_RETURN(run.config, EffectiveConfig(base.spec, the_case.config, the_case.patch));
  run.fixtures = the_case.fixtures;
  run.steps = the_case.steps;
  if (!control.is_null()) {
    if (control.contains("config")) RETURN_IF_ERROR(MergeConfig(run.config, control["config"]));
    if (control.contains("patch")) RETURN_IF_ERROR(ApplyPatch(run.config, control["patch"]));
    if (control.contains("fixtures")) {
      for (const Json& fixture : control["fixtures"]) run.fixtures.push_back(fixture);
    }
  }
  AdaptConfig(run.config, base.caller);
  return run;
}

// The steps of a control: up to and including the step at `index`, which must succeed this time.
Result<std::vector<Step>> ControlSteps(const Case& the_case, size_t index) {
  const Step& failing = the_case.steps[index];
  if (failing.control.contains("steps")) return ParseSteps(failing.control["steps"]);
  std::vector<Step> steps(the_case.steps.begin(), the_case.steps.begin() + index + 1);
  const bool by_start = failing.fails == Fails::kByStart;
  for (Step& step : steps) {
    step.then = nullptr;
    step.control = nullptr;
  }
  steps.back().fails = Fails::kNo;
  if (by_start) {
    for (size_t i = index + 1; i < the_case.steps.size(); ++i) {
      if (the_case.steps[i].verb != "start") continue;
      steps.push_back(the_case.steps[i]);
      steps.back().then = nullptr;
      break;
    }
  }
  return steps;
}

class Planner {
 public:
  explicit Planner(Plan& plan) : plan_(plan) {}

  // The index of the run, a new one or one that is there already.
  size_t Add(Run run, const std::string& case_id) {
    run.key = Json{{"config", run.config}, {"fixtures", run.fixtures}, {"steps", KeyOf(run.steps)}}
                  .dump();
    const auto [entry, fresh] = indices_.emplace(run.key, plan_.runs.size());
    if (fresh) plan_.runs.push_back(std::move(run));
    plan_.runs[entry->second].cases.push_back(case_id);
    return entry->second;
  }

 private:
  Plan& plan_;
  std::map<std::string, size_t> indices_;
};

Result<void> PlanCase(const Case& the_case, const Base& base, Planner& planner, Plan& plan) {
  CaseRuns runs;
  for (size_t i = 0; i < the_case.steps.size(); ++i) {
    const Step& step = the_case.steps[i];
    if (step.fails == Fails::kNo) continue;
    ASSIGN_OR_RETURN(Run control, MakeRun(the_case, base, step.control));
    ASSIGN_OR_RETURN(control.steps, ControlSteps(the_case, i));
    runs.controls.emplace_back(step.as, planner.Add(std::move(control), the_case.id));
  }
  ASSIGN_OR_RETURN(Run main, MakeRun(the_case, base, nullptr));
  runs.main = planner.Add(std::move(main), the_case.id);
  Run& run = plan.runs[runs.main];
  run.request.Add(the_case.expect);
  for (const Step& step : the_case.steps) {
    if (step.then.is_null()) continue;
    run.request.Add(step.then);
    run.snapshots.insert(step.as);
  }
  plan.by_case.push_back(std::move(runs));
  return {};
}

}  // namespace

void Request::Add(const Json& expectation) {
  if (!expectation.is_object()) return;
  const auto add_document = [this](const Json& document) {
    for (const char* list : kProbeLists) {
      std::set<std::string> names;
      for (const Json& name : probe.value(list, Json::array()))
        names.insert(name.get<std::string>());
      AddKeys(Descend(document, {"probe", list}), names);
      if (!names.empty()) probe[list] = names;
    }
    AddKeys(Descend(document, {"host", "files"}), host_files);
    AddKeys(Descend(document, {"host", "cgroupFiles"}), cgroup_files);
    resctrl = resctrl || Descend(document, {"host", "resctrl"}) != nullptr;
  };
  add_document(expectation);
  // Members of exec, told and containers are documents or parts of documents of the same shape.
  for (const char* section : {"exec", "told", "containers", "hooks"}) {
    const Json* members = Descend(expectation, {section});
    if (members == nullptr || !members->is_object()) continue;
    for (const auto& member : members->items()) add_document(member.value());
  }
}

Result<Plan> MakePlan(const std::vector<const Case*>& cases, const std::string& spec,
                      Caller caller) {
  Plan plan;
  Planner planner(plan);
  for (const Case* the_case : cases) {
    auto planned = PlanCase(*the_case, {spec, caller}, planner, plan);
    if (!planned) {
      Error error = planned.error();
      error.what = the_case->file + ": " + the_case->id + ": " + error.what;
      error.kind = ErrorKind::kUsage;
      return error;
    }
  }
  return plan;
}

}  // namespace loadline::conformance
