// SPDX-License-Identifier: Apache-2.0
// Every file that stands in cases/, candidates/ and expectations/ matches its schema and is read.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/embedded.h"
#include "conformance/certify.h"
#include "conformance/harness/case.h"
#include "conformance/harness/check_case.h"
#include "conformance/harness/expectations.h"
#include "conformance/harness/profile.h"
#include "conformance/harness/run.h"
#include "schema/known_faults.h"
#include "schema/schema_set.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

std::string SchemaFor(std::string_view path) {
  if (path.starts_with("cases/")) return "loadline/case.json";
  if (path.starts_with("candidates/")) return "loadline/candidate.json";
  if (path.starts_with("expectations/")) return "loadline/expectations.json";
  return "oci-runtime/config.json";  // the base bundle
}

TEST(EmbeddedFiles, MatchTheirSchemas) {
  ASSERT_FALSE(embedded::conformance_files().empty());
  for (const EmbeddedFile& file : embedded::conformance_files()) {
    const auto document = nlohmann::json::parse(file.content, nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << file.path;
    const auto errors = schema::CheckSchema(SchemaFor(file.path), document);
    ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
    for (const auto& error : *errors)
      ADD_FAILURE() << file.path << error.pointer << ": " << error.message;
  }
}

TEST(EmbeddedFiles, ProfilesAndExpectationsAreRead) {
  const auto profiles = EmbeddedProfiles();
  ASSERT_TRUE(profiles.has_value()) << profiles.error().ToLine();
  for (const Profile& profile : *profiles) {
    const auto expectations = EmbeddedExpectations(profile.name);
    EXPECT_TRUE(expectations.has_value()) << expectations.error().ToLine();
  }
}

TEST(EmbeddedFiles, CasesAskForWhatIsKnown) {
  const auto cases = LoadCases();
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  for (const Case& one : *cases) {
    const auto checked = CheckCase(one);
    EXPECT_TRUE(checked.has_value()) << one.file << ": " << checked.error().ToLine();
  }
}

TEST(EmbeddedFiles, KnownFaultsAreJudgedByWhatIsThere) {
  const auto cases = ListCases();
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  std::set<std::string> known;
  for (const CaseSummary& one : *cases) known.insert(one.id);
  for (const schema::KnownFault& fault : schema::KnownFaults()) {
    EXPECT_FALSE(fault.title.empty()) << fault.id;
    EXPECT_FALSE(fault.checks.empty()) << fault.id;
    for (const auto* ids : {&fault.checks, &fault.given}) {
      for (const std::string& id : *ids) EXPECT_TRUE(known.contains(id)) << fault.id << ": " << id;
    }
  }
}

TEST(EmbeddedFiles, EveryCaseCanBePlannedInEveryVersionThatItHoldsIn) {
  const auto cases = LoadCases();
  ASSERT_TRUE(cases.has_value()) << cases.error().ToLine();
  for (const schema::SpecVersion& version : schema::VersionsOf("oci-runtime")) {
    std::vector<const Case*> holding;
    for (const Case& one : *cases) {
      if (one.HoldsIn(version)) holding.push_back(&one);
    }
    const auto plan = MakePlan(holding, version.ToText());
    EXPECT_TRUE(plan.has_value()) << plan.error().ToLine();
  }
}

}  // namespace
}  // namespace loadline::conformance
