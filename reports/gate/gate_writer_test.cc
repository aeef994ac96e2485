// SPDX-License-Identifier: Apache-2.0
#include "reports/gate/gate_writer.h"

#include <nlohmann/json.hpp>

#include "reports/sample_report.h"
#include "schema/schema_set.h"

namespace loadline::reports::gate_writer_test {
namespace {

using nlohmann::json;

const GateContext kContext{
    {"loadline", "0.1.0", "abc"}, "base.json", "loadline gate --baseline base.json --accept", {}};

// The sample, judged against a time when what fails passed, or when the last finding was not there.
GateOutcome Outcome(const Report& now) {
  Report before = now;
  if (now.kind == Kind::kValidation) {
    before.results.pop_back();
    return Judge(before, now, {});
  }
  for (CheckResult& result : before.results) {
    if (result.verdict == Verdict::kFail && result.Unexpected()) result.verdict = Verdict::kPass;
  }
  return Judge(before, now, {});
}

std::string Written(const char* format, const Report& now) {
  return WriteGate(format, Outcome(now), now, kContext);
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(GateText, NamesWhatFellAndTheWayOut) {
  const std::string text = Written("text", SampleCertification());
  EXPECT_TRUE(Has(text, "  pass -> fail  oci-runtime/mounts/bind/ro@1.2.0\n")) << text;
  EXPECT_TRUE(Has(text, "stopped: 1 result is worse than in base.json\n")) << text;
  EXPECT_TRUE(Has(text, "if it is meant to be so: loadline gate --baseline base.json --accept\n"));
  EXPECT_FALSE(Has(text, "\033")) << "a candidate's escape sequence";
  EXPECT_FALSE(Has(text, "mounts/tmpfs")) << "it failed before";
}

TEST(GateText, OfFindingsIsAsEditorsReadIt) {
  const std::string text = Written("text", SampleValidation());
  EXPECT_TRUE(Has(text,
                  "bundle/config.json:20:5: warning: prestart is deprecated; begin it with "
                  "\"/\" [config/hooks/prestart-deprecated]\n"))
      << text;
}

TEST(GateJson, KeepsToItsSchema) {
  for (const Report& now : {SampleCertification(), SampleValidation()}) {
    const json document = json::parse(Written("json", now));
    const auto errors = schema::CheckSchema("loadline/gate.json", document);
    ASSERT_TRUE(errors.has_value());
    EXPECT_TRUE(errors->empty()) << errors->front().pointer << ": " << errors->front().message;
    EXPECT_TRUE(document["stops"]);
    json spoilt = document;
    spoilt["changes"][0]["turn"] = "odd";
    EXPECT_FALSE(schema::CheckSchema("loadline/gate.json", spoilt)->empty());
  }
}

TEST(GateMarkdown, LetsNothingBecomeMarkup) {
  const std::string text = Written("markdown", SampleCertification());
  EXPECT_TRUE(Has(text, "| **worse** | pass -> fail |")) << text;
  EXPECT_FALSE(Has(text, "<b>"));
}

TEST(GatedReport, ShowsWhatStopsAsTheOnlyFailure) {
  for (const Report& now : {SampleCertification(), SampleValidation()}) {
    const Report gated = GatedReport(now, Outcome(now));
    EXPECT_EQ(Summarize(gated).unexpected, 1);
    for (const CheckResult& result : gated.results)
      EXPECT_TRUE(result.Unexpected() || result.verdict != Verdict::kWarn) << result.id;
    EXPECT_EQ(gated.subjects[0].verdict, Verdict::kFail);
  }
  const std::string github = Written("github", SampleValidation());
  EXPECT_TRUE(github.starts_with("::error file=bundle/config.json,line=20,")) << github;
  EXPECT_EQ(std::count(github.begin(), github.end(), '\n'), 1) << github;
  EXPECT_TRUE(Has(Written("junit", SampleCertification()), "failures=\"1\""));
}

TEST(GatedReport, HasWhatIsNotThereAnyMore) {
  const Report before = SampleCertification();
  Report now = before;
  now.results.erase(now.results.begin());
  const GateOutcome outcome = Judge(before, now, {});
  const std::string junit = WriteGate("junit", outcome, now, kContext);
  EXPECT_TRUE(Has(junit, "runs@1.2.0")) << junit;
  EXPECT_TRUE(Has(junit, "pass -&gt; not there: no longer there")) << junit;
  Report paths = SampleValidation();
  paths.subjects.push_back({"second", "bundle", "", "", {}, Verdict::kPass});
  const GateOutcome lost = Judge(paths, SampleValidation(), {});
  EXPECT_TRUE(Has(WriteGate("junit", lost, SampleValidation(), kContext), "name=\"second\""));
}

TEST(GatedReport, OfNothingWorseHasNoFailure) {
  const Report now = SampleCertification();
  const GateOutcome outcome = Judge(now, now, {});
  EXPECT_FALSE(outcome.Stops());
  EXPECT_EQ(Summarize(GatedReport(now, outcome)).unexpected, 0);
  EXPECT_EQ(WriteGate("github", outcome, now, kContext), "");
  EXPECT_TRUE(Has(WriteGate("text", outcome, now, kContext),
                  "let through: nothing is worse than in base.json\n"));
}

}  // namespace
}  // namespace loadline::reports::gate_writer_test
