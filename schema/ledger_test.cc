// SPDX-License-Identifier: Apache-2.0
#include "schema/ledger.h"

#include <algorithm>

namespace loadline::schema {
namespace {

TEST(Ledger, IdsAreSortedUniqueAndNameTheirStandard) {
  ASSERT_FALSE(Ledgers().empty());
  for (const Ledger* ledger : Ledgers()) {
    std::string before;
    for (const Requirement& requirement : ledger->requirements) {
      EXPECT_LT(before, requirement.id);
      EXPECT_TRUE(requirement.id.starts_with(ledger->standard + "/")) << requirement.id;
      EXPECT_FALSE(requirement.statement.empty()) << requirement.id;
      EXPECT_EQ(FindRequirement(requirement.id), &requirement);
      before = requirement.id;
    }
  }
}

TEST(Ledger, EveryRequirementHoldsInAVersionOfItsStandard) {
  for (const Ledger* ledger : Ledgers()) {
    for (const Requirement& requirement : ledger->requirements) {
      EXPECT_TRUE(
          std::any_of(ledger->versions.begin(), ledger->versions.end(),
                      [&](const SpecVersion& version) { return requirement.HoldsIn(version); }))
          << requirement.id;
    }
  }
}

TEST(Ledger, VersionsAreReadWithoutTheRequirements) {
  for (const Ledger* ledger : Ledgers()) EXPECT_EQ(VersionsOf(ledger->standard), ledger->versions);
  EXPECT_TRUE(VersionsOf("no-standard").empty());
}

TEST(Ledger, UnknownIdsAreNotFound) {
  EXPECT_EQ(FindRequirement("oci-runtime/nothing/like/this"), nullptr);
}

}  // namespace
}  // namespace loadline::schema
