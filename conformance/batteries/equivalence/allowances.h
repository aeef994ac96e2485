// SPDX-License-Identifier: Apache-2.0
// Allowances: the properties by which answers may differ from the native ones. One that makes no
// difference where it is in force is unused, and an excuse for whatever comes.
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/judge.h"

namespace loadline::conformance::equivalence {

struct Allowance {
  struct Excused {
    std::string area;
    std::string name;
  };
  std::string property;          // as probe/behaviour.h has it
  std::vector<Excused> excused;  // every behaviour that names it
};

// Every one that a behaviour names, in the order of their names.
std::vector<Allowance> AllAllowances();

// "CAP_SYS_ADMIN" as "cap-sys-admin", "namespace:pid" as "namespace-pid", "/a/b" as "a-b".
std::string NameOf(const std::string& property);

// What one behaviour answered: natively, natively without any capability, and in a container
// without any.
struct Answers {
  std::string behaviour;
  std::string native;
  std::string bare;
  std::string container;

  bool operator==(const Answers&) const = default;
};

// Pass when each of the answers differs as it may. A capability has to make the difference in the
// container that it makes natively, in each behaviour for itself; one that answers natively the
// same without it says nothing, and where that is all of them this host cannot show it: it does not
// have the capability itself, or it lets everybody do without. Any other property has to make some
// difference in each. What answers as natively all the same leaves its allowance unused, which is a
// failure.
Judgement JudgeUse(const std::string& property, const std::vector<Answers>& answers);

}  // namespace loadline::conformance::equivalence
