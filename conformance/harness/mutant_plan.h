// SPDX-License-Identifier: Apache-2.0
// Which mutants there are, how each is called, and which cases touch what it spoils.
#pragma once

#include <string>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

struct MutantPlan {
  std::string name;
  std::string summary;
  Profile profile;                 // how the spoiled runtime is called
  std::vector<std::string> cases;  // ids of those that touch what it spoils
  bool sampled = false;           // all cases touch it, none is about it, so these are some of them
  std::vector<std::string> rest;  // ids of those to be run as well when none of `cases` fails
  std::vector<std::string> about;  // globs of what has to notice it, and nothing else; empty: all
  std::string reason;              // why nothing can notice it; empty: something should
  bool may_refuse = false;         // that nothing can be created is how it is noticed
  bool battery = false;            // checks of batteries have to, which `about` names, not cases
};

// The runtime of `profile` behind loadline-mutant (`program`), once for every property that can be
// dropped and every mutation. `cases` pass without a mutant.
Result<std::vector<MutantPlan>> PlanMutants(const Profile& profile, const std::string& program,
                                            const std::vector<const Case*>& cases,
                                            const std::string& spec);

// The runtime of `profile` with each of its stages left out; none when the profile does not say
// how. A stage whose only cases, of `all`, cannot be judged on this host is passed over.
Result<std::vector<MutantPlan>> PlanStages(const Profile& profile,
                                           const std::vector<const Case*>& cases,
                                           const std::vector<Case>& all);

// The runtime of `profile` with two of its stages in each other's place, as often as the profile
// says who has to notice.
std::vector<MutantPlan> PlanOrders(const Profile& profile, const std::vector<const Case*>& cases);

}  // namespace loadline::conformance
