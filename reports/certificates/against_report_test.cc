// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/against_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "reports/certificates/canonical_json.h"
#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

auto Finds(Outcome outcome, const std::string& message) {
  return AllOf(Field(&Finding::check, "statement"), Field(&Finding::outcome, outcome),
               Field(&Finding::message, HasSubstr(message)));
}

// Two failures that are known, and a figure: every part of a statement has something in it.
Report RichReport() {
  Report report = WholeReport();
  report.results.push_back(KnownFailure("oci-runtime/root@1.2.0"));
  CheckResult measured;
  measured.id = "loadline/efficiency/null-call@1.2.0";
  measured.subject = "candidate";
  measured.evidence = std::make_shared<json>(json{{"measured",
                                                   {{"ratio", 1.5},
                                                    {"low", 1.25},
                                                    {"high", 1.75},
                                                    {"margin", 0.5},
                                                    {"parity", "equivalent"},
                                                    {"seed", 7}}}});
  report.results.push_back(std::move(measured));
  return report;
}

// The statement of a report after an edit, held against that report.
class Statement {
 public:
  explicit Statement(Report report)
      : report_(std::move(report)),
        document_(json::parse(TextOfReport(report_))),
        said_(json::parse(SampleEnvelope(report_).payload)) {}

  json& said() { return said_; }
  json& ours() { return said_["predicate"][kExtension]; }
  Findings Check(std::optional<std::vector<SubjectFile>> parts = std::nullopt) const {
    const auto certificate = Certificate::Parse({CanonicalText(said_), {}});
    EXPECT_TRUE(certificate.has_value()) << certificate.error().ToLine();
    return CheckAgainstReport(*certificate,
                              {&report_, &document_, report_.suite, std::move(parts)});
  }
  Report& report() { return report_; }

 private:
  Report report_;
  json document_;
  json said_;
};

TEST(AgainstReport, WhatIsMadeOfItHolds) {
  EXPECT_THAT(Statement(RichReport()).Check(),
              ElementsAre(Finds(Outcome::kHolds, "says what its report says, 3 results")));
  EXPECT_THAT(Statement(SoundReport()).Check(),
              ElementsAre(Finds(Outcome::kHolds, "says what its report says, 0 results")));
}

struct Lie {
  const char* place;  // a pointer into the statement, or into ours
  json said;
  const char* message;
};

TEST(AgainstReport, EachPartThatContradictsItIsNamed) {
  const Lie ours[] = {
      {"/conformity", "conformant",
       R"(conformity is "conformant", and by the report "conformant-)"},
      {"/exceptions", json::array(), "exceptions/0 is nothing, and by the report {"},
      {"/exceptions/0/reason", "so be it", R"(exceptions/0/reason is "so be it", and by the rep)"},
      {"/counts/pass", 3, "counts/pass is 3, and by the report 2"},
      {"/musts/failed", 0, "musts/failed is 0, and by the report 1"},
      {"/requirements/0/verdict", "not judged", "requirements/0/verdict is \"not judged\", and"},
      {"/environment/kernel", "6.1.1",
       R"(environment/kernel is "6.1.1", and by the report "6.1.0")"},
      {"/environment/processors", 8, "environment/processors is 8, and by the report nothing"},
      {"/subjects/0/version", "1.1", R"(subjects/0/version is "1.1", and by the report "1.0")"},
      {"/figures/0/ratio", 1.0, "figures/0/ratio is 1.0, and by the report 1.5"},
      {"/figures/0/seed", 8, "figures/0/seed is 8, and by the report 7"},
      {"/results/1/verdict", "pass", R"(results/1/verdict is "pass", and by the report "fail")"},
      {"/run/batteries/0", "control", "run/batteries/0 is \"control\", and by the report"},
      {"/judged", "2026-01-02T03:00:01Z", "judged is \"2026-01-02T03:00:01Z\", and by the"},
      {"/notBefore", "2026-01-01T00:00:00Z", "notBefore is \"2026-01-01T00:00:00Z\", and"},
      {"/standard/version", "1.1.0", R"(standard/version is "1.1.0", and by the report "1.2.0")"},
      {"/suite/probe", Sha256("another"), "suite/probe is \"sha256:"},
      {"/judgedBy/commit", "fed", R"(judgedBy/commit is "fed", and by the report "abc")"}};
  for (const Lie& lie : ours) {
    Statement statement(RichReport());
    statement.ours()[json::json_pointer(lie.place)] = lie.said;
    EXPECT_THAT(statement.Check(), ElementsAre(Finds(Outcome::kFails, lie.message))) << lie.place;
  }
  const Lie around[] = {
      {"/predicate/result", "PASSED", R"(result is "PASSED", and by the report "WARNED")"},
      {"/predicate/failedTests", json::array(),
       "failedTests/0 is nothing, and by the report \"oci"},
      {"/predicate/configuration/0/name", "x", "configuration/0/name is \"x\", and by the report"},
      {"/subject/1/name", "/lib/other",
       R"(subject/1/name is "/lib/other", and by the report "/l)"}};
  for (const Lie& lie : around) {
    Statement statement(RichReport());
    statement.said()[json::json_pointer(lie.place)] = lie.said;
    EXPECT_THAT(statement.Check(), ElementsAre(Finds(Outcome::kFails, lie.message))) << lie.place;
  }
}

TEST(AgainstReport, AllThatIsWrongIsNamed) {
  Statement statement(RichReport());
  statement.ours()["conformity"] = "conformant";
  statement.ours()["exceptions"] = json::array();
  EXPECT_THAT(statement.Check(),
              AllOf(Contains(Finds(Outcome::kFails, "conformity is ")),
                    Contains(Finds(Outcome::kFails, "exceptions/0 is nothing"))));
  // A report of another kind altogether.
  Statement other(SoundReport());
  other.report() = RichReport();
  EXPECT_THAT(other.Check(), Contains(Finds(Outcome::kFails, "kind is \"validation\"")));
}

TEST(AgainstReport, AnotherReleasesLedgerMayHaveOtherRequirements) {
  Statement statement(RichReport());
  statement.ours()["requirements"].erase(0);
  EXPECT_TRUE(AnyFails(statement.Check()));
  // This program's data are those that the sample says: here the report was judged by others.
  const std::string digest = Sha256("an older ledger");
  statement.report().suite["ledger/oci-runtime"] = digest;
  Statement older(statement.report());
  older.ours()["requirements"].erase(0);
  const auto certificate = Certificate::Parse({CanonicalText(older.said()), {}}).value();
  const json document = json::parse(TextOfReport(older.report()));
  EXPECT_THAT(CheckAgainstReport(certificate,
                                 {&older.report(), &document, WholeReport().suite, std::nullopt}),
              ElementsAre(Finds(Outcome::kHolds, "says what its report says"),
                          Finds(Outcome::kNotAsked, "another release judged")));
}

TEST(AgainstReport, ImagesOfALayoutAreThoseThatItHas) {
  Report report = SoundReport();
  report.subjects[0].type = "image";
  const SubjectFile image{"image latest", Sha256("image")};
  Statement statement(report);
  statement.said()["subject"].push_back(
      {{"name", image.path}, {"digest", {{"sha256", image.digest.substr(7)}}}});
  EXPECT_THAT(statement.Check(), ElementsAre(Finds(Outcome::kHolds, "says what its report says"),
                                             Finds(Outcome::kNotAsked, "whether image latest is")));
  EXPECT_FALSE(AnyFails(statement.Check(std::vector{image})));
  EXPECT_THAT(statement.Check(std::vector<SubjectFile>()),
              ElementsAre(Finds(Outcome::kFails, "subject/1 is {")));
  // Nothing but a layout has images.
  Statement bundle(SoundReport());
  bundle.said()["subject"] = statement.said()["subject"];
  EXPECT_TRUE(AnyFails(bundle.Check()));
}

TEST(AgainstReport, WithoutARunThereIsNothingToHoldItAgainst) {
  Statement statement(RichReport());
  statement.report().run.reset();
  EXPECT_TRUE(AnyFails(statement.Check()));
}

}  // namespace
}  // namespace loadline::reports::certificates
