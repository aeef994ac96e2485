// SPDX-License-Identifier: Apache-2.0
// Which mutants there are, and which cases touch what each of them spoils.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "conformance/harness/case.h"

namespace loadline::conformance {

struct MutantPlan {
  std::string name;
  std::string summary;
  std::vector<std::string> options;  // of loadline-mutant
  std::vector<std::string> cases;    // ids
};

// The properties that a case sets or changes in config.json, as pointers in which an element with a
// natural key is written {key=value}: "/mounts/{destination=/scratch}/options".
std::set<std::string> TouchedProperties(const Json& changes);

// One mutant per property that a case touches: a runtime that behaves as if it were absent.
std::vector<MutantPlan> FieldMutants(const std::vector<Case>& cases);

// The misbehaviours that `loadline-mutant --list` names ("name  summary" per line). One that spoils
// a verb concerns the cases that use the verb.
std::vector<MutantPlan> NamedMutants(const std::string& list, const std::vector<Case>& cases);

}  // namespace loadline::conformance
