// SPDX-License-Identifier: Apache-2.0
#include "reports/reproduce.h"

#include <nlohmann/json.hpp>

#include "reports/sample_report.h"

namespace loadline::reports {
namespace {

std::string CommandOf(const Report& report) {
  return CommandFor(report, report.subjects.front(), report.results.front());
}

TEST(CommandFor, NamesTheCandidateTheVersionAndTheCase) {
  Report report = SampleCertification();
  EXPECT_EQ(CommandOf(report),
            "loadline certify candidate --spec 1.2.0 --only oci-runtime/hooks/poststop/runs");
  report.host = std::make_shared<const nlohmann::json>(nlohmann::json{{"rootless", true}});
  EXPECT_EQ(CommandOf(report),
            "loadline certify candidate --spec 1.2.0 --rootless --only "
            "oci-runtime/hooks/poststop/runs");
}

TEST(CommandFor, GivesThePathOfAProgramThatHasNoProfile) {
  Report report = SampleCertification();
  report.subjects[0].command = {"/opt/new/candidate"};
  EXPECT_THAT(CommandOf(report), testing::HasSubstr("certify /opt/new/candidate --spec"));
  report.subjects[0].command = {"/usr/bin/candidate"};
  EXPECT_THAT(CommandOf(report), testing::HasSubstr("certify candidate --spec"));
}

TEST(CommandFor, OfADocumentIsItsPath) {
  EXPECT_EQ(CommandOf(SampleValidation()), "loadline validate bundle");
}

TEST(CommandFor, GivesForeignTextNoPowerOverTheShell) {
  Report report = SampleCertification();
  report.subjects[0].name = "a; rm -rf $HOME 'x'";
  EXPECT_THAT(CommandOf(report),
              testing::StartsWith("loadline certify 'a; rm -rf $HOME '\\''x'\\''' --spec"));
  EXPECT_EQ(ShellWord(""), "''");
}

}  // namespace
}  // namespace loadline::reports
