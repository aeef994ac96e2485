// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/allowances.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

using reports::Verdict;

bool IsCapability(const std::string& property) { return property.starts_with("CAP_"); }

std::string NamesOf(const std::vector<Answers>& answers) {
  std::string names;
  for (const Answers& one : answers) names += (names.empty() ? "" : ", ") + one.behaviour;
  return names;
}

}  // namespace

std::vector<Allowance> AllAllowances() {
  std::map<std::string, Allowance> by_property;
  for (const probe::BehaviourArea& area : probe::AllBehaviours()) {
    for (const probe::Behaviour& behaviour : area.behaviours) {
      const std::string property = behaviour.declared_by;
      if (property.empty() || property == probe::kOfTheKernel) continue;
      by_property[property].property = property;
      by_property[property].excused.push_back({area.name, behaviour.name});
    }
  }
  std::vector<Allowance> allowances;
  for (auto& [property, allowance] : by_property) allowances.push_back(std::move(allowance));
  return allowances;
}

std::string NameOf(const std::string& property) {
  std::string name;
  for (const char letter : property) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    } else if (!name.empty()) {
      name += '-';
    }
  }
  return name;
}

Judgement JudgeUse(const std::string& property, const std::vector<Answers>& answers) {
  const bool used = std::any_of(answers.begin(), answers.end(),
                                [](const Answers& one) { return one.container != one.native; });
  if (used) return {Verdict::kPass, ""};
  const bool native_difference = std::any_of(
      answers.begin(), answers.end(), [](const Answers& one) { return one.bare != one.native; });
  if (IsCapability(property) && !native_difference)
    return {Verdict::kEnvironment, property + " makes no difference on this host: natively " +
                                       NamesOf(answers) + " answer the same without it"};
  const std::string where = IsCapability(property) ? "the container does not have " + property
                                                   : property + " is in the configuration";
  return {Verdict::kFail, "the allowance is unused: " + where + ", and " + NamesOf(answers) +
                              " answer as natively all the same"};
}

}  // namespace loadline::conformance::equivalence
