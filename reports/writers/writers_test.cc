// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "reports/sample_report.h"
#include "reports/writer.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Written(const char* format, const Report& report, WriterOptions options = {}) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == format) return writer.write(report, options);
  }
  ADD_FAILURE() << "no writer " << format;
  return "";
}

TEST(Text, FindingsAreGnuStyle) {
  const std::string text = Written("text", SampleValidation());
  EXPECT_THAT(
      text,
      HasSubstr("bundle/config.json:7:12: error: \"tmp\" is not absolute; begin it with \"/\" "
                "[config/process/cwd-absolute]\n"));
  EXPECT_THAT(text, HasSubstr("bundle/config.json:20:5: warning: prestart is deprecated"));
  EXPECT_THAT(text, HasSubstr("1 error, 1 warning, 60 checks passed\n"));
}

TEST(Text, ForeignTextCannotForgeLinesOrColours) {
  const std::string text = Written("text", SampleCertification());
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, Not(HasSubstr("\nsecond line")));
  EXPECT_THAT(Written("text", SampleCertification(), {true, false}), HasSubstr("\033[31m"));
}

TEST(Text, NamesWhatNeedsAttention) {
  const std::string text = Written("text", SampleCertification());
  EXPECT_THAT(text, HasSubstr("candidate 1.0, judged by OCI runtime-spec 1.2.0"));
  EXPECT_THAT(text, HasSubstr("passes, but fail was expected"));
  EXPECT_THAT(text, HasSubstr("expected: the release ignores the mode"));
  EXPECT_THAT(text, HasSubstr("5 cases, 2 pass, 2 fail, 1 environment; 2 unexpected\n"));
  EXPECT_THAT(text, Not(HasSubstr("poststop"))) << "what passes is not listed";
  EXPECT_THAT(Written("text", SampleCertification(), {false, true}), HasSubstr("poststop"));
}

TEST(Text, SaysWhoCalled) {
  Report report = SampleCertification();
  report.host = std::make_shared<const nlohmann::json>(nlohmann::json{{"rootless", true}});
  EXPECT_THAT(Written("text", report), HasSubstr("1.2.0, called by a user without rights\n"));
}

TEST(Text, SaysOnceWhatManyCasesLack) {
  Report report = SampleCertification();
  CheckResult other = report.results[4];
  other.id = "oci-runtime/rlimits/lower@1.2.0";
  report.results.push_back(other);
  const std::string text = Written("text", report);
  EXPECT_THAT(text, HasSubstr("  environment  2 cases\n               lacks CAP_SYS_RESOURCE\n"));
  EXPECT_THAT(text, Not(HasSubstr("rlimits/lower")));
  EXPECT_THAT(Written("text", report, {false, true}), HasSubstr("rlimits/lower"));
  for (CheckResult& result : report.results) result.verdict = Verdict::kInconclusive;
  EXPECT_THAT(Written("text", report), HasSubstr("rlimits/lower")) << "a dry run is a list";
}

TEST(Text, ShortensForeignTextAndKeepsBothEnds) {
  Report report = SampleValidation();
  std::string long_text = "\"";
  for (int i = 0; i < 100000; ++i) long_text += "\xC3\xA9";
  report.results[0].message = long_text + "\" is not absolute";
  const std::string text = Written("text", report);
  EXPECT_LT(text.size(), 2000u);
  EXPECT_THAT(text, HasSubstr("\xC3\xA9…\xC3\xA9"));
  EXPECT_THAT(text, HasSubstr("\" is not absolute; begin it with"));
}

TEST(Junit, CountsAndEscapes) {
  const std::string xml = Written("junit", SampleCertification());
  EXPECT_THAT(xml, HasSubstr("tests=\"5\" failures=\"2\" errors=\"0\" skipped=\"2\""));
  EXPECT_THAT(xml, HasSubstr("classname=\"oci-runtime.mounts.bind\" "
                             "name=\"oci-runtime/mounts/bind/ro@1.2.0\" time=\"1.234\""));
  EXPECT_THAT(xml, HasSubstr("&quot;&lt;b&gt;&amp;&#39;&quot;"));
  EXPECT_THAT(xml, Not(HasSubstr("\033")));
}

TEST(Writers, HaveNoFormatTwice) {
  auto writers = AllWriters();
  for (size_t i = 1; i < writers.size(); ++i) EXPECT_LT(writers[i - 1].format, writers[i].format);
}

TEST(EscapeXml, LeavesQuotationMarksOfContentAlone) {
  EXPECT_EQ(EscapeXmlContent("{\"a\": '<&>'}\x01"), "{\"a\": '&lt;&amp;&gt;'}\xEF\xBF\xBD");
}

TEST(EscapeXml, ShowsWhatWouldBeUnseen) {
  EXPECT_EQ(EscapeXml("a\u202Egpj.exe"), "a\u27E8U+202E\u27E9gpj.exe");
  EXPECT_EQ(EscapeXml("\u2066\u200B\u0085\uFEFF"),
            "\u27E8U+2066\u27E9\u27E8U+200B\u27E9\u27E8U+0085\u27E9\u27E8U+FEFF\u27E9");
  EXPECT_EQ(EscapeXml("\u05E9\u05DC\u2014\u20AC"), "\u05E9\u05DC\u2014\u20AC") << "letters stay";
}

TEST(EscapeXml, ReplacesWhatXmlForbids) {
  EXPECT_EQ(EscapeXml("a\x01"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(EscapeXml("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\xA2"),
            "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\xA2");
  EXPECT_EQ(EscapeXml("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(EscapeXml("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate";
  EXPECT_EQ(EscapeXml("\xEF\xBF\xBE"), "\u27E8U+FFFE\u27E9") << "no character";
}

}  // namespace
}  // namespace loadline::reports
