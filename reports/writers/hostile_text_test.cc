// SPDX-License-Identifier: Apache-2.0
// Foreign text that tries to break out of every format: whatever stands in a report, each format
// has the same form, as a real parser of the format sees it (hostile_formats.py), and no byte in it
// that a terminal would obey.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/child_process.h"
#include "base/temp_dir.h"
#include "reports/characters.h"
#include "reports/parity/sample_comparison.h"
#include "reports/sample_report.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

struct HostileText {
  const char* name;
  std::string text;
};

std::string AllControls() {
  std::string text = "a";
  for (char c = 1; c < 0x20; ++c) text += c;
  return text + '\0' + "\x7f z";
}

std::string Repeated(std::string_view text, size_t bytes) {
  std::string repeated;
  while (repeated.size() < bytes) repeated += text;
  return repeated;
}

std::vector<HostileText> HostileTexts() {
  return {
      {"script", "<script>alert(1)</script><img src=x onerror=alert(2)>"},
      {"quotes", "\"'` &quot;&#39; \" onmouseover=\"alert(3)"},
      {"cdata", "]]> <![CDATA[ x ]]> <!-- y --> <?z?>"},
      {"entities", "&amp; &lt;b&gt; &#0; &#x1b; &nosuch;"},
      {"controls", AllControls()},
      {"escapes",
       "\033[31mred\033[0m \033]0;title\007 \033]8;;http://a.example\033\\b \x9b"
       "31m"},
      {"c1",
       "\xC2\x9B"
       "31m \xC2\x90q\xC2\x9C \xC2\x85 next"},
      {"lines", "one\r\ntwo\nthree\rfour\n\nfive\v\f"},
      {"separators",
       "a\xE2\x80\xA8"
       "b\xE2\x80\xA9"
       "c"},
      {"commands", "x\n::error::forged\n::set-output name=a::b\n##[error]c"},
      {"percent", "100%0A::error::forged%0D,line=1:,"},
      {"tables", "a | b \\| c \\\\| d ` e `` f \\` | |"},
      {"markdown",
       "# a\n* b\n- c\n1. d\n> e\n***f*** __g__ ~~h~~ [i](j) ![k](l) <m@n.example>\n---"},
      {"links", "https://a.example/x www.a.example @somebody #12 a@b.example ftp://c.example"},
      {"comment", "<!-- --> <details><summary>x</summary>"},
      {"formula", "=HYPERLINK(\"http://a.example\";\"x\")"},
      {"plus", "+1+cmd|' /C calc'!A0"},
      {"minus", " -2+3"},
      {"at", "\t=SUM(A1:A9)"},
      {"wide",
       "\xEF\xBC\x9D"
       "1+1"},
      {"bidi",
       "\xE2\x80\xAE"
       "desrever\xE2\x81\xA6 \xE2\x80\x8F \xD8\x9C \xE2\x81\xA9"},
      {"tags", "a\xF3\xA0\x81\xA1\xF3\xA0\x81\xBF \xEF\xBB\xBF"},
      {"not-utf8", "\xff\xfe \xc3\x28 \xed\xa0\x80 \xf5\x80\x80\x80 \xc0\xaf \xe2\x82"},
      {"tap", "x # SKIP y\nok 99 - forged\nBail out!\n1..0 # TODO"},
      {"yaml", "...\n---\n- a: b\n  \"c\": &d *e !f"},
      {"csv", "a,\"b\"\r\n,c;d\te"},
      {"json", "\",\"verdict\":\"pass\"}\n{\"type\":\"footer\"}\n"},
      {"paths", "//a.example/../../b%2e?c#d"},
      {"long", Repeated("as long as it is \xC3\xA9 | ", 1 << 20)},
  };
}

// Into every text of a result that is not ours. Ids stay apart, and keep their areas.
void Spoil(CheckResult& result, const std::string& text, size_t number) {
  result.id = "oci-runtime/area/" + std::to_string(number) + text + "@1.2.0" + text;
  result.title = text;
  result.requirements = {"oci-runtime/" + text, "other/" + text};
  if (!result.message.empty()) result.message = text;
  if (!result.hint.empty()) result.hint = text;
  if (!result.reason.empty()) result.reason = text;
  if (result.location) {
    result.location->file = text;
    result.location->pointer = "/" + text;
  }
  const nlohmann::json document{{text, {{"a", text}, {"b", {text, 1}}}}};
  if (result.observation) result.observation = std::make_shared<nlohmann::json>(document);
  if (result.evidence && !result.evidence->contains("measured"))
    result.evidence = std::make_shared<nlohmann::json>(document);
}

constexpr size_t kLong = 1 << 16;

// What is long stands in one result alone, so that the test is not long as well.
Report Spoilt(Report report, const std::string& text) {
  if (text.empty() || text.size() > kLong) {
    for (std::string* part : {&report.results[1].id, &report.results[1].title,
                              &report.results[1].message, &report.results[1].hint})
      *part += text;
    return report;
  }
  report.tool = {text, text, text};
  report.spec = text;
  report.started = text;
  report.host = std::make_shared<nlohmann::json>(
      nlohmann::json{{"kernel", text},
                     {"cgroup", text},
                     {"distribution", text},
                     {"missing", {{"x", text}}},
                     {"bundle", {{"path", text}, {"digest", text}, {"leftOut", {text}}}}});
  for (Subject& subject : report.subjects)
    subject = {text, text, text, text, {text, text}, subject.verdict};
  for (size_t i = 0; i < report.results.size(); ++i) {
    report.results[i].subject = text;
    Spoil(report.results[i], text, i);
  }
  return report;
}

Comparison SpoiltComparison(const std::string& text) {
  Comparison sample = SampleComparison();
  std::vector<Report> reports;
  for (const Report& report : sample.reports) reports.push_back(Spoilt(report, text));
  Comparison comparison = Compare(std::move(reports)).value();
  if (!text.empty() && text.size() <= kLong) comparison.tool = {text, text, text};
  comparison.started = comparison.reports[0].started;
  return comparison;
}

// The first byte that does not belong in any text for people; none: npos.
size_t FindUnseen(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] >= ' ' && text[at] < 0x7F) {
      ++at;
      continue;
    }
    const Character character = FirstCharacter(text.substr(at));
    const bool space = text[at] == '\n' || text[at] == '\r' || text[at] == '\t';
    if (character.length == 0 || (IsUnseen(character.point) && !space)) return at;
    at += character.length;
  }
  return std::string_view::npos;
}

class HostileTextTest : public testing::Test {
 protected:
  void Write(const std::string& kind, const std::string& name, const Writer& writer,
             const std::string& written) {
    const size_t unseen = FindUnseen(written);
    EXPECT_EQ(unseen, std::string::npos)
        << kind << " " << name << " as " << writer.format << ": "
        << nlohmann::json(written.substr(unseen < 40 ? 0 : unseen - 40, 80))
               .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    std::ofstream(directory_.path() + "/" + kind + "." + name + "." + std::string(writer.format),
                  std::ios::binary)
        << written;
  }

  // Those that are long keep the other texts of the sample, and so do what they are compared with.
  void WriteAll(const std::string& name, const std::string& text) {
    const Report certification = Spoilt(SampleCertification(), text);
    const Report validation = Spoilt(SampleValidation(), text);
    const Comparison comparison = SpoiltComparison(text);
    for (const Writer& writer : AllWriters()) {
      Write("certification", name, writer, writer.write(certification, {false, true}));
      Write("validation", name, writer, writer.write(validation, {false, true}));
      Write("comparison", name, writer, writer.write_comparison(comparison, {false, true}));
    }
  }

  TempDir directory_ = TempDir::Make("hostile").value();
};

TEST_F(HostileTextTest, ChangesTheFormOfNoFormat) {
  WriteAll("plain", "x");
  WriteAll("sample", "");
  for (const HostileText& hostile : HostileTexts()) WriteAll(hostile.name, hostile.text);
  RunOptions options;
  options.spawn.argv = {"/usr/bin/python3",
                        LOADLINE_SOURCE_DIR "/reports/writers/hostile_formats.py",
                        directory_.path()};
  options.spawn.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  options.deadline = Deadline::After(std::chrono::seconds(120));
  const auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().ToLine();
  EXPECT_EQ(outcome->status.code, 0) << outcome->standard_output << outcome->standard_error;
}

TEST(Characters, UnseenOnesAreKnown) {
  EXPECT_TRUE(IsUnseen(0x1B));
  EXPECT_TRUE(IsUnseen(0x9B)) << "terminals obey it";
  EXPECT_TRUE(IsUnseen(0x202E));
  EXPECT_TRUE(IsUnseen(0xE0041));
  EXPECT_TRUE(IsUnseen(0x1FFFE));
  EXPECT_FALSE(IsUnseen('a'));
  EXPECT_FALSE(IsUnseen(0xE9));
  EXPECT_FALSE(IsUnseen(0x200D)) << "joins pictures";
}

TEST(Characters, IllFormedOnesHaveNoLength) {
  for (const char* text : {"\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80", "\xFF"})
    EXPECT_EQ(FirstCharacter(text).length, 0U) << text;
  EXPECT_EQ(FirstCharacter("\xE2\x82\xAC!").point, 0x20ACU);
  EXPECT_EQ(FirstCharacter("\xF0\x9F\x9A\xA2").length, 4U);
}

}  // namespace
}  // namespace loadline::reports
