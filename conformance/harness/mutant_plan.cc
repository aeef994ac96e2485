// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/mutant_plan.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "conformance/harness/merge.h"

namespace loadline::conformance {
namespace {

// A mutant that hangs costs a deadline per run, and a few cases show it as well as all.
constexpr size_t kCasesOfHanging = 2;

void Collect(const Json& changes, const std::string& kind, const std::string& pointer,
             std::set<std::string>& properties) {
  const std::string key = NaturalKeyOf(kind);
  for (const auto& change : changes.items()) {
    if (change.value().is_null()) continue;  // taken away already
    if (kind == "/process/env") {
      const Json& value = change.value();
      properties.insert(pointer + "/{" + change.key() + "=" +
                        (value.is_string() ? value.get<std::string>() : value.dump()) + "}");
      continue;
    }
    const std::string token = key.empty() ? change.key() : "{" + key + "=" + change.key() + "}";
    const std::string inner = pointer + "/" + token;
    if (change.value().is_object() && !change.value().empty() &&
        inner.find("/annotations") == std::string::npos) {
      if (!key.empty()) properties.insert(inner);
      Collect(change.value(), kind + "/" + change.key(), inner, properties);
    } else {
      properties.insert(inner);
    }
  }
}

bool UsesVerb(const std::vector<Step>& steps, const std::string& verb) {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
    return step.verb == verb || UsesVerb(step.steps, verb);
  });
}

}  // namespace

std::set<std::string> TouchedProperties(const Json& changes) {
  std::set<std::string> properties;
  Collect(changes, "", "", properties);
  return properties;
}

std::vector<MutantPlan> FieldMutants(const std::vector<Case>& cases) {
  std::map<std::string, std::vector<std::string>> by_property;
  for (const Case& one : cases) {
    for (const std::string& property : TouchedProperties(one.config)) {
      if (property.find("${") != std::string::npos || property.find('~') != std::string::npos)
        continue;
      by_property[property].push_back(one.id);
    }
  }
  std::vector<MutantPlan> mutants;
  for (auto& entry : by_property) {
    mutants.push_back({"without " + entry.first,
                       "behaves as if " + entry.first + " were absent",
                       {"--drop", entry.first},
                       std::move(entry.second)});
  }
  return mutants;
}

std::vector<MutantPlan> NamedMutants(const std::string& list, const std::vector<Case>& cases) {
  static const std::set<std::string> kVerbs = {"state",  "kill",   "exec",   "pause",
                                               "resume", "update", "delete", "start"};
  std::vector<MutantPlan> mutants;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    MutantPlan mutant;
    mutant.name = line.substr(0, line.find(' '));
    if (mutant.name.empty()) continue;
    const size_t summary = line.find_first_not_of(' ', mutant.name.size());
    if (summary != std::string::npos) mutant.summary = line.substr(summary);
    mutant.options = {"--mutation", mutant.name};
    const std::string verb = mutant.name.substr(0, mutant.name.find('-'));
    for (const Case& one : cases) {
      if (kVerbs.count(verb) == 0 || UsesVerb(one.steps, verb)) mutant.cases.push_back(one.id);
    }
    if (mutant.name.ends_with("-hangs") && mutant.cases.size() > kCasesOfHanging)
      mutant.cases.resize(kCasesOfHanging);
    mutants.push_back(std::move(mutant));
  }
  return mutants;
}

}  // namespace loadline::conformance
