// SPDX-License-Identifier: Apache-2.0
// What each format writes of the sample reports, byte for byte (writers/golden/), and what the
// rules of each JSON format (schema/formats/) say of it. Run with LOADLINE_UPDATE_GOLDEN=1 to write
// the files anew; read the difference before you keep it.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "reports/parity/sample_comparison.h"
#include "reports/sample_report.h"
#include "reports/writer.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

// Those whose every byte is a promise; html is for eyes, and json has its own tests.
std::vector<Writer> PinnedWriters() {
  std::vector<Writer> writers = AllWriters();
  std::erase_if(writers, [](const Writer& writer) {
    return writer.format == "html" || writer.format == "json";
  });
  return writers;
}

std::string Written(std::string_view format, const Report& report) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write(report, {});
  }
  ADD_FAILURE() << "no writer " << format;
  return "";
}

std::string Written(std::string_view format, const Comparison& comparison) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write_comparison(comparison, {});
  }
  ADD_FAILURE() << "no writer " << format;
  return "";
}

void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = std::string(LOADLINE_SOURCE_DIR "/reports/writers/golden/") + name;
  if (std::getenv("LOADLINE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, text).has_value());
  }
  EXPECT_EQ(text, ReadFile(path).value_or("(no file " + path + ")")) << name;
}

// A run that was killed: its first results, and no end.
Report KilledRun() {
  Report report = SampleCertification();
  report.results.resize(1);
  report.unfinished = Unfinished{5};
  return report;
}

TEST(GoldenReports, AreWhatTheyWere) {
  for (const Writer& writer : PinnedWriters()) {
    const std::string format(writer.format);
    ExpectGolden("certification." + format, Written(format, SampleCertification()));
    ExpectGolden("validation." + format, Written(format, SampleValidation()));
    ExpectGolden("comparison." + format, Written(format, SampleComparison()));
    ExpectGolden("unfinished." + format, Written(format, KilledRun()));
  }
}

std::string Defects(const char* schema, const std::string& text) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return "it is no JSON";
  const auto errors = schema::CheckSchema(schema, document);
  if (!errors.has_value()) return errors.error().ToLine();
  std::string defects;
  for (const schema::SchemaError& error : *errors)
    defects += error.pointer + ": " + error.message + "\n";
  return defects;
}

TEST(GoldenReports, KeepTheRulesOfTheirFormats) {
  const auto check = [](const auto& judged) {
    for (const char* format : {"badge", "ctrf", "gitlab", "sarif"}) {
      EXPECT_EQ(
          Defects((std::string("formats/") + format + ".json").c_str(), Written(format, judged)),
          "")
          << format;
    }
    std::istringstream lines(Written("jsonl", judged));
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(Defects("formats/jsonl.json", line), "") << line;
  };
  check(SampleCertification());
  check(SampleValidation());
  check(KilledRun());
  check(SampleComparison());
}

TEST(GoldenReports, BreakTheRulesWhenTheyAreSpoilt) {
  json sarif = json::parse(Written("sarif", SampleValidation()));
  sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0;
  EXPECT_NE(Defects("formats/sarif.json", sarif.dump()), "");
  json gitlab = json::parse(Written("gitlab", SampleValidation()));
  gitlab[0].erase("fingerprint");
  EXPECT_NE(Defects("formats/gitlab.json", gitlab.dump()), "");
  json ctrf = json::parse(Written("ctrf", SampleValidation()));
  ctrf["results"]["tests"][0]["status"] = "failure";
  EXPECT_NE(Defects("formats/ctrf.json", ctrf.dump()), "");
  json badge = json::parse(Written("badge", SampleComparison()));
  badge["color"] = "mauve";
  EXPECT_NE(Defects("formats/badge.json", badge.dump()), "");
}

TEST(GoldenReports, NoMachineTakesAnUnfinishedRunForASuccess) {
  EXPECT_THAT(Written("junit", KilledRun()), testing::HasSubstr("<error message="));
  EXPECT_THAT(Written("tap", KilledRun()), testing::HasSubstr("\nnot ok "));
  EXPECT_THAT(Written("tap14", KilledRun()), testing::HasSubstr("\nnot ok "));
  EXPECT_THAT(Written("github", KilledRun()), testing::HasSubstr("::error "));
  EXPECT_EQ(json::parse(Written("ctrf", KilledRun()))["results"]["summary"]["failed"], 1);
  EXPECT_EQ(json::parse(Written("gitlab", KilledRun())).size(), 1U);
  EXPECT_EQ(json::parse(Written("badge", KilledRun()))["message"], "not finished");
  EXPECT_FALSE(json::parse(
      Written("sarif", KilledRun()))["runs"][0]["invocations"][0]["executionSuccessful"]);
}

TEST(Tap, NumbersItsTestsAndPlansAllOfThem) {
  std::istringstream lines(Written("tap", SampleCertification()));
  int tests = 0;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    const std::string number = std::to_string(tests + 1);
    tests += line.starts_with("ok " + number + " ") || line.starts_with("not ok " + number + " ");
    last = line;
  }
  EXPECT_EQ(last, "1.." + std::to_string(SampleCertification().results.size()));
  EXPECT_EQ(static_cast<size_t>(tests), SampleCertification().results.size());
}

TEST(Github, EscapesWhatWouldEndACommand) {
  Report report = SampleValidation();
  report.results[0].location->file = "a,b:c\n::error ::forged";
  report.results[0].message = "100%\n::error ::forged";
  const std::string text = Written("github", report);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, testing::HasSubstr("file=a%2Cb%3Ac %3A%3Aerror %3A%3Aforged,line=7"));
  EXPECT_THAT(text, testing::HasSubstr("100%25"));
}

}  // namespace
}  // namespace loadline::reports
