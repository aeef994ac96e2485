// SPDX-License-Identifier: Apache-2.0
#include "reports/saved/saved_report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "reports/conclusion.h"
#include "reports/model_json.h"
#include "reports/report_lines.h"
#include "reports/sample_report.h"
#include "reports/saved/bounded_json.h"
#include "reports/writer.h"
#include "schema/files.h"

namespace loadline::reports {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

std::string SavedAs(std::string_view format, const Report& report) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write(report, {});
  }
  return "";
}

std::string WhyNot(const std::string& text, const std::string& name = "r.json") {
  const auto saved = ReadSaved(name, text);
  return saved.has_value() ? "it was read" : saved.error().ToLine();
}

TEST(SavedReport, IsWhatWasWritten) {
  for (const Report& report : {SampleCertification(), SampleValidation()}) {
    const json written = json::parse(SavedAs("json", report));
    for (const char* format : {"json", "jsonl"}) {
      const auto saved = ReadSaved("r", SavedAs(format, report));
      ASSERT_TRUE(saved.has_value()) << format << ": " << saved.error().ToLine();
      EXPECT_EQ(json(ToJson(saved->report)), written) << format;
      EXPECT_THAT(saved->notes, IsEmpty());
    }
  }
}

TEST(SavedReport, OfAStreamThatWasCutIsUnfinished) {
  const std::string whole = SavedAs("jsonl", SampleCertification());
  const size_t header = whole.find('\n');
  const size_t lines = static_cast<size_t>(std::count(whole.begin(), whole.end(), '\n'));
  for (size_t length = 0; length < whole.size(); length += 1 + length % 23) {
    const std::string text = whole.substr(0, length);
    const auto saved = ReadSaved("r.jsonl", text);
    const auto complete = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    if (length < header) {
      EXPECT_FALSE(saved.has_value()) << length;
      continue;
    }
    ASSERT_TRUE(saved.has_value()) << length << ": " << saved.error().ToLine();
    const bool all_but_line_end = length + 1 == whole.size();
    EXPECT_EQ(saved->report.unfinished.has_value(), !all_but_line_end) << length;
    if (all_but_line_end) continue;
    // The last line may be whole but for its end.
    EXPECT_GE(saved->report.results.size() + 1, complete);
    EXPECT_LE(saved->report.results.size(), std::min(complete, lines - 2));
    EXPECT_NE(ExitStatus(saved->report, false), 0) << length;
    EXPECT_THAT(saved->notes.back(), HasSubstr("the run was not finished: "));
  }
}

TEST(SavedReport, SaysHowFarAnUnfinishedRunCame) {
  Report report = SampleCertification();
  std::string text = HeaderLine(report, 7) + ResultLine(report.results[0]);
  const std::string line = ResultLine(report.results[2]);
  text += line.substr(0, line.size() / 2);
  const auto saved = ReadSaved("r.jsonl", text);
  ASSERT_TRUE(saved.has_value()) << saved.error().ToLine();
  EXPECT_THAT(saved->notes,
              testing::ElementsAre(
                  "r.jsonl:3: the line breaks off, and is left out",
                  "r.jsonl: the run was not finished: 1 result so far, of 7 checks that were to be "
                  "made"));
  EXPECT_EQ(Conclude(saved->report, saved->report.subjects[0]).words, "not finished");
  EXPECT_EQ(ExitStatus(saved->report, false), 4);
  EXPECT_GT(saved->report.requirements.total, 100) << "counted anew";
  // Kept as json it still is what it is.
  const auto again = ReadSaved("r.json", SavedAs("json", saved->report));
  ASSERT_TRUE(again.has_value()) << again.error().ToLine();
  EXPECT_EQ(again->report.unfinished->planned, 7);
  EXPECT_EQ(SavedAs("jsonl", again->report), SavedAs("jsonl", saved->report));
}

TEST(SavedReport, OfAStreamInDisorderIsRefused) {
  const Report report = SampleCertification();
  const std::string header = HeaderLine(report, 5);
  const std::string result = ResultLine(report.results[0]);
  const std::string footer = FooterLine(report);
  const std::pair<std::string, const char*> streams[] = {
      {result + footer, "line 1: the stream does not begin with a header"},
      {header + result + header, "line 3: a second header"},
      {header + footer + result, "line 3: the stream goes on after its footer"},
      {header + "nonsense\n" + result, "line 2: parse error at line 1, column 2"},
      {header + "[]\n", "line 2: a line of a stream is an object with a type"},
      {header + "{\"type\":\"row\"}\n", "line 2: a line of a report is a header, a subject, a re"},
      {header + "{\"type\":\"result\",\"type\":\"result\"}\n", "stands here a second time"},
      {header + "{\"type\":\"footer\",\"results\":[]}\n", "there is no property \"results\" here"},
      {header + result + footer, "/summary/pass: "},
      {header + result + result, "/results/1/id: "},
      {header + "{\"type\":\"result\"}\n", "/results/0: "},
      {"\n\n", "the file is empty"}};
  for (const auto& [text, message] : streams)
    EXPECT_THAT(WhyNot(text, "r.jsonl"), HasSubstr(message)) << text;
}

TEST(SavedReport, ThatWasEditedIsRefused) {
  const std::tuple<const char*, json, const char*> edits[] = {
      {"/schemaVersion", "2.0.0",
       "the report has schema version 2.0.0, and this release reads 1.x"},
      {"/schemaVersion", 1, "it has no schemaVersion"},
      {"/kind", "comparison", "a comparison, and not a report of one candidate"},
      {"/kind", "verdict", "\"verdict\" is no kind of report"},
      {"/spec", "soon", "/spec: "},
      {"/summary/fail", 0, "/summary/fail: the summary says 0, and the results are 2"},
      {"/summary/pass", 1, "/summary/pass: there are fewer passes than results that passed"},
      {"/summary/pass", 9, "/summary/pass: there are more passes than results that passed"},
      {"/summary/unexpected", 0, "/summary/unexpected: the summary says 0, and the results are 2"},
      {"/requirements/judged", 11, "/requirements: more were judged than there are"},
      {"/requirements/failed", 0, "/requirements: passed and failed do not make up"},
      {"/results/1/id", "oci-runtime/hooks/poststop/runs@1.2.0", "stands here a second time"},
      {"/results/1/id", "@", "/results/1/id: "},
      {"/results/1/subject", "another", "/results/1/subject: \"another\" is none of the subjects"},
      {"/results/1/verdict", "passed", "/results/1/verdict: "},
      {"/results/1/verdict", 7, "/results/1/verdict: "},
      {"/results/1/durationMs", -1, "/results/1/durationMs: "},
      {"/results/1/durationMs", 1e300, "/results/1/durationMs: "},
      {"/results/1/durationMs", UINT64_MAX, "/results/1/durationMs: "},
      {"/results/1/evidence", "none", "/results/1/evidence: "},
      {"/results/1", nullptr, "/results/1: "},
      {"/results", json::object(), "/results: "},
      {"/subjects/0/verdict", "pass", "failed, and its subject passed"},
      {"/subjects/0/digest", "sha256:0", "/subjects/0/digest: "},
      {"/host", json::array(), "/host: "},
      {"/host/bundle", json{{"path", 7}}, "/host/bundle/path: "},
      {"/more", true, "there is no property \"more\" here"}};
  const json written = json::parse(SavedAs("json", SampleCertification()));
  for (const auto& [pointer, value, message] : edits) {
    json edited = written;
    edited[json::json_pointer(pointer)] = value;
    EXPECT_THAT(WhyNot(edited.dump()), HasSubstr(message)) << pointer << " = " << value;
    EXPECT_EQ(ReadSaved("r.json", edited.dump()).error().kind, ErrorKind::kUnreadable) << pointer;
  }
}

// A certification with the requirements that its results make up, by the ledgers of this program.
Report CountedCertification() {
  Report report = SampleCertification();
  report.results[0].requirements = {"oci-runtime/config/root/readonly"};
  report.results[1].requirements = {"oci-runtime/config/process/cwd"};
  const auto version = schema::SpecVersion::Parse(report.spec).value();
  for (auto& [standard, count] :
       {std::pair("oci-runtime", &report.requirements), std::pair("loadline", &report.beyond)}) {
    report.suite["ledger/" + std::string(standard)] =
        Sha256(schema::SchemaFile("requirements/" + std::string(standard) + ".json").value());
    *count = CountRequirements(report.results, standard, version, schema::Addressee::kRuntime);
  }
  return report;
}

TEST(SavedReport, WhoseRequirementsItsResultsDoNotMakeUpIsRefused) {
  const Report report = CountedCertification();
  const json written = json::parse(SavedAs("json", report));
  EXPECT_EQ(WhyNot(written.dump()), "it was read");
  // Each of these adds up.
  const RequirementCount& is = report.requirements;
  const std::tuple<const char*, RequirementCount, const char*> edits[] = {
      {"requirements",
       {is.total, is.judged, is.judged, 0},
       "/requirements/passed: the report says 2, and by its results it is 1"},
      {"requirements",
       {is.total, is.judged + 1, is.passed + 1, is.failed},
       "/requirements/judged: the report says 3, and by its results it is 2"},
      {"requirements", {is.judged, is.judged, is.passed, is.failed}, "/requirements/total: "},
      {"beyond", {report.beyond.total, 1, 1, 0}, "/beyond/judged: the report says 1"}};
  for (const auto& [member, count, message] : edits) {
    json edited = written;
    edited[member] = {{"total", count.total},
                      {"judged", count.judged},
                      {"passed", count.passed},
                      {"failed", count.failed}};
    EXPECT_THAT(WhyNot(edited.dump()), HasSubstr(message));
    // By another ledger it may be so.
    edited["suite"]
          ["ledger/" + std::string(member == std::string("beyond") ? "loadline" : "oci-runtime")] =
              Sha256("");
    EXPECT_EQ(WhyNot(edited.dump()), "it was read") << member;
  }
}

TEST(SavedReport, OfAValidationThatWasCutHasThePathsSoFar) {
  Report report = SampleValidation();
  Report known = report;
  known.subjects.clear();
  std::string text = HeaderLine(known, 0) + PathLine(report.subjects[0]);
  for (const CheckResult& finding : report.results) text += ResultLine(finding);
  const auto cut = ReadSaved("r.jsonl", text);
  ASSERT_TRUE(cut.has_value()) << cut.error().ToLine();
  ASSERT_EQ(cut->report.subjects.size(), 1U);
  EXPECT_EQ(cut->report.subjects[0].type, "bundle");
  EXPECT_EQ(cut->report.results.size(), report.results.size());
  EXPECT_THAT(
      cut->notes,
      testing::ElementsAre("r.jsonl: the run was not finished: 1 path judged so far, 2 findings"));
  // The footer has all of them, so that none is there twice.
  const auto whole = ReadSaved("r.jsonl", text + FooterLine(report));
  ASSERT_TRUE(whole.has_value()) << whole.error().ToLine();
  EXPECT_EQ(SavedAs("json", whole->report), SavedAs("json", report));
  const std::string more = R"({"type":"subject","subject":{},"results":[]})";
  EXPECT_THAT(WhyNot(HeaderLine(known, 0) + more + "\n", "r.jsonl"),
              HasSubstr("line 2: a line of a subject holds the subject and nothing else"));
}

TEST(SavedReport, OfANewerReleaseSaysSo) {
  json newer = json::parse(SavedAs("json", SampleCertification()));
  newer["schemaVersion"] = "1.9.0";
  EXPECT_EQ(WhyNot(newer.dump()), "it was read") << "what it has is known";
  newer["tellingMore"] = 1;
  EXPECT_THAT(WhyNot(newer.dump()), HasSubstr("it says that its schema is 1.9.0"));
}

TEST(SavedReport, TakesNoBombs) {
  const std::string deep(100000, '[');
  EXPECT_THAT(WhyNot(deep), HasSubstr("nested deeper than 128 levels"));
  EXPECT_THAT(WhyNot("{\"a\":[1,{\"b\":" + deep), HasSubstr("/a/1/b/0/0"));
  std::string wide = "[";
  while (wide.size() < 4'100'000) wide += "1,";
  EXPECT_THAT(WhyNot(wide + "1]"), HasSubstr("more values than any report has"));
  const std::string ones = wide.substr(0, 500'000);
  std::string stream = HeaderLine(SampleCertification(), 0);
  for (int line = 0; line < 9; ++line) stream += "{\"type\":\"result\",\"x\":" + ones + "1]}\n";
  EXPECT_THAT(WhyNot(stream), HasSubstr("more values than any report has"));
  json defects = json::parse(SavedAs("json", SampleCertification()));
  defects["results"] = std::vector<int>(200'000, 0);
  EXPECT_THAT(WhyNot(defects.dump()), HasSubstr("it is too large to say where it is not"));
  EXPECT_THAT(WhyNot(std::string(kLargestReport + 1, ' ')), HasSubstr("which no report is"));
}

TEST(SavedReport, TakesNoTextThatParsersReadInSeveralWays) {
  const std::pair<const char*, const char*> texts[] = {
      {R"({"a": NaN})", "column 7"},
      {R"({"a": 1e999})", "/a: number overflow"},
      {R"({"a": {"b": 99999999999999999999}})",
       "/a/b: the number 99999999999999999999 does not fit"},
      {R"({"a": [0, {"b": 1, "b": 2}]})", "/a/1/b: the key \"b\" stands here a second time"},
      {"{\"a\": \"\xff\"}", "ill-formed UTF-8"},
      {R"({"a": "\ud800"})", "surrogate"},
      {"\xEF\xBB\xBF{} x", "parse error"},
      {"no report", "column 2"},
      {"[] []", "parse error"}};
  for (const auto& [text, message] : texts) EXPECT_THAT(WhyNot(text), HasSubstr(message)) << text;
}

TEST(SavedReport, IsRefusedInOneLine) {
  json edited = json::parse(SavedAs("json", SampleCertification()));
  edited["results"][0]["verdict"] = std::string(100000, 'x') + "\n\033[31m";
  EXPECT_LT(WhyNot(edited.dump()).size(), 1000U);
  EXPECT_EQ(WhyNot(edited.dump()).find('\033'), std::string::npos);
}

TEST(ParseBounded, AgreesWithTheUsualParser) {
  for (const char* text : {R"({"a": [1, -2, 3.5, "x", null, true, {}], "b": {"c": []}})", "[]", "7",
                           "\"\\u00e9\"", "[[[1],[2]],[3]]"}) {
    JsonBudget budget;
    const auto parsed = ParseBounded(text, budget);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().ToLine();
    EXPECT_EQ(*parsed, json::parse(text));
  }
}

}  // namespace
}  // namespace loadline::reports
