// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/allowances.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>

#include "conformance/batteries/equivalence/compare.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

using reports::Verdict;

std::string NamesOf(const std::vector<Answers>& answers) {
  std::string names;
  for (const Answers& one : answers) names += (names.empty() ? "" : ", ") + one.behaviour;
  return names;
}

std::vector<Answers> Those(const std::vector<Answers>& answers, bool (*are)(const Answers&)) {
  std::vector<Answers> those;
  std::copy_if(answers.begin(), answers.end(), std::back_inserter(those), are);
  return those;
}

bool MakesADifference(const Answers& one) { return one.bare != one.native; }
bool IsAsNatively(const Answers& one) { return one.container == one.native; }
bool IsOtherwise(const Answers& one) {
  return one.container != one.native && one.container != one.bare;
}

std::string Unused(const std::string& where, const std::vector<Answers>& unused) {
  return "the allowance is unused: " + where + ", and as natively all the same " +
         (unused.size() == 1 ? "answers " : "answer ") + NamesOf(unused);
}

Judgement JudgeCapability(const std::string& property, const std::vector<Answers>& answers) {
  const std::vector<Answers> telling = Those(answers, MakesADifference);
  if (telling.empty())
    return {Verdict::kEnvironment, property + " makes no difference on this host: natively " +
                                       NamesOf(answers) + " answer the same without it"};
  const std::vector<Answers> unused = Those(telling, IsAsNatively);
  const std::vector<Answers> otherwise = Those(telling, IsOtherwise);
  std::string problem;
  if (!unused.empty()) problem = Unused("the container does not have " + property, unused);
  for (const Answers& one : otherwise)
    problem += (problem.empty() ? "" : "; ") + one.behaviour + " answers \"" + one.container +
               "\" and natively without " + property + " \"" + one.bare + "\"";
  return {problem.empty() ? Verdict::kPass : Verdict::kFail, problem};
}

Judgement JudgeProperty(const std::string& property, const std::vector<Answers>& answers) {
  const std::vector<Answers> unused = Those(answers, IsAsNatively);
  if (unused.empty()) return {Verdict::kPass, ""};
  return {Verdict::kFail, Unused(property + " is in the configuration", unused)};
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
  return IsCapability(property) ? JudgeCapability(property, answers)
                                : JudgeProperty(property, answers);
}

}  // namespace loadline::conformance::equivalence
