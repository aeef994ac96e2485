// SPDX-License-Identifier: Apache-2.0
// What each format writes of the sample reports, byte for byte (writers/golden/), and what the
// rules of each JSON format (schema/formats/) say of it. Run with LOADLINE_UPDATE_GOLDEN=1 to write
// the files anew; read the difference before you keep it.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "reports/sample_report.h"
#include "reports/writer.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

const char* const kFormats[] = {"github",   "gitlab", "jsonl", "junit",
                                "markdown", "sarif",  "tap",   "text"};

std::string Written(std::string_view format, const Report& report) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write(report, {});
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

TEST(GoldenReports, AreWhatTheyWere) {
  for (const char* format : kFormats) {
    ExpectGolden(std::string("certification.") + format, Written(format, SampleCertification()));
    ExpectGolden(std::string("validation.") + format, Written(format, SampleValidation()));
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
  for (const Report& report : {SampleCertification(), SampleValidation()}) {
    EXPECT_EQ(Defects("formats/sarif.json", Written("sarif", report)), "");
    EXPECT_EQ(Defects("formats/gitlab.json", Written("gitlab", report)), "");
    std::istringstream lines(Written("jsonl", report));
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(Defects("formats/jsonl.json", line), "") << line;
  }
}

TEST(GoldenReports, BreakTheRulesWhenTheyAreSpoilt) {
  json sarif = json::parse(Written("sarif", SampleValidation()));
  sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0;
  EXPECT_NE(Defects("formats/sarif.json", sarif.dump()), "");
  json gitlab = json::parse(Written("gitlab", SampleValidation()));
  gitlab[0].erase("fingerprint");
  EXPECT_NE(Defects("formats/gitlab.json", gitlab.dump()), "");
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
  EXPECT_THAT(text, testing::HasSubstr("file=a%2Cb%3Ac%0A%3A%3Aerror %3A%3Aforged,line=7"));
  EXPECT_THAT(text, testing::HasSubstr("100%25"));
}

}  // namespace
}  // namespace loadline::reports
