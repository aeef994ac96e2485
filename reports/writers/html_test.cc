// SPDX-License-Identifier: Apache-2.0
// The page of one report: what it says, in which order, and that foreign text stays text.
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "reports/html_page.h"
#include "reports/page/content_policy.h"
#include "reports/sample_report.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string PageOf(const Report& report) {
  for (const Writer& writer : AllWriters()) {
    if (writer.format == "html") return writer.write(report, {});
  }
  ADD_FAILURE() << "no writer html";
  return "";
}

// What stands between two marks, or nothing.
std::string Between(const std::string& text, const std::string& first, const std::string& last) {
  const size_t from = text.find(first);
  if (from == std::string::npos) return "";
  const size_t begin = from + first.size();
  return text.substr(begin, text.find(last, begin) - begin);
}

TEST(Html, StandsAloneAndEscapes) {
  const std::string html = PageOf(SampleCertification());
  EXPECT_THAT(html, HasSubstr("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr("name=\"viewport\""));
  EXPECT_THAT(html, Not(HasSubstr("<b>&")));
  for (const char* outside : {"src=", "<link", "@import", "url(", "style=", " onclick", "<form"})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  EXPECT_THAT(html, HasSubstr("oci-runtime/mounts/bind/ro"));
  EXPECT_THAT(PageOf(SampleValidation()), HasSubstr("/process/cwd"));
}

TEST(Html, AllowsItsOwnStyleAndScriptAlone) {
  const std::string html = PageOf(SampleCertification());
  const std::string policy = Between(html, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, testing::StartsWith("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(policy, ContentPolicy(Between(html, "<style>", "</style>"),
                                  Between(html, "<script>", "</script>")));
  EXPECT_LT(html.find("Content-Security-Policy"), html.find("<style>")) << "it binds what follows";
  EXPECT_EQ(html.find("<script"), html.rfind("<script"));
}

TEST(Html, ThePolicyHasTheDigestInBase64) {
  // The digest of nothing.
  EXPECT_THAT(ContentPolicy("", ""),
              HasSubstr("style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; script"));
}

TEST(Html, AnswersFirstAndShowsWhatNobodyExpectedNext) {
  const std::string html = PageOf(SampleCertification());
  const size_t answer = html.find("Not before somebody has looked");
  const size_t unexpected = html.find(">Not as expected</h2>");
  const size_t known = html.find(">Known deviations and failed SHOULDs</h2>");
  const size_t standard = html.find(">Requirements of the standard</h2>");
  EXPECT_LT(answer, unexpected);
  EXPECT_LT(unexpected, known);
  EXPECT_LT(known, standard);
  EXPECT_NE(standard, std::string::npos);
  EXPECT_THAT(Between(html, "id=\"result-1\"", ">"), HasSubstr(" open")) << "it stands open";
  EXPECT_THAT(Between(html, "id=\"result-2\"", ">"), Not(HasSubstr(" open")));
}

TEST(Html, ItsTopAndItsRequirementsCountTheSame) {
  Report report = SampleCertification();
  report.results[0].requirements = {"oci-runtime/config/root/readonly"};
  report.results[1].requirements = {"oci-runtime/config/process/cwd"};
  report.requirements = {9, 9, 9, 0};  // as somebody edited it, or another ledger had it
  const std::string html = PageOf(report);
  EXPECT_THAT(Between(html, "What the standard asks", "</li>"),
              HasSubstr("requirements judged, 1 passed, 1 failed"));
  const std::string asked = Between(html, "2 of ", " requirements judged");
  EXPECT_THAT(html, HasSubstr(asked + " requirements hold for this subject: 1 passed, 1 failed"));
}

TEST(Html, AFailureSaysWhatWasExpectedSeenAndHowToSeeItAgain) {
  Report report = SampleCertification();
  report.results[1].message = "/probe/root/readonly: expected true, seen false";
  report.results[1].requirements = {"oci-runtime/config/root/readonly"};
  const std::string html = PageOf(report);
  EXPECT_THAT(html, HasSubstr("<dt>expected</dt><dd>a title<br><code>true</code>"));
  EXPECT_THAT(html, HasSubstr(" at <code>/probe/root/readonly</code></span></dd>"));
  EXPECT_THAT(html, HasSubstr("<dt>seen</dt><dd><code>false</code></dd>"));
  EXPECT_THAT(html, HasSubstr("config.md#root"));
  EXPECT_THAT(html, HasSubstr("loadline certify candidate --spec 1.2.0 --only "
                              "oci-runtime/mounts/bind/ro"));
  EXPECT_THAT(html, HasSubstr("href=\"#oci-runtime-config-root-failed\""));
}

// Every link within a page has a target, and no two places have one name.
void ExpectSoundAnchors(const std::string& html) {
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\"");
  for (std::sregex_iterator it(html.begin(), html.end(), id), end; it != end; ++it)
    EXPECT_TRUE(ids.insert((*it)[1]).second) << "twice: " << (*it)[1];
  const std::regex link("href=\"#([^\"]*)\"");
  int links = 0;
  for (std::sregex_iterator it(html.begin(), html.end(), link), end; it != end; ++it, ++links)
    EXPECT_TRUE(ids.count((*it)[1]) == 1) << "leads nowhere: " << (*it)[1];
  EXPECT_GT(links, 3);
}

TEST(Html, EveryLinkLeadsSomewhere) {
  Report report = SampleCertification();
  for (CheckResult& result : report.results)
    result.requirements = {"oci-runtime/config/root/readonly",
                           "oci-runtime/runtime/kill/signal-sent"};
  ExpectSoundAnchors(PageOf(report));
}

TEST(Html, SaysWhyARequirementWasNotJudged) {
  Report report = SampleCertification();
  report.results[4].requirements = {"oci-runtime/config/root/readonly"};
  const std::string html = PageOf(report);
  EXPECT_THAT(html, HasSubstr("not judged: lacks CAP_SYS_RESOURCE"));
  EXPECT_THAT(html,
              HasSubstr("<th scope=\"row\">lacks CAP_SYS_RESOURCE</th><td class=\"number\">1<"));
}

TEST(Html, TheHostIsATable) {
  Report report = SampleCertification();
  report.host = std::make_shared<const nlohmann::json>(
      nlohmann::json{{"kernel", "6.1"},
                     {"rootless", true},
                     {"available", {"seccomp"}},
                     {"missing", {{"apparmor", "it is <off>"}}},
                     {"news", {{"a", {1, 2}}}}});
  const std::string html = PageOf(report);
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">kernel</th><td>6.1</td>"));
  EXPECT_THAT(html, HasSubstr("<td>a user without rights</td>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">apparmor</th><td>it is &lt;off&gt;</td>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">news</th><td>{\"a\": [1, 2]}</td>"));
}

TEST(Html, ShowsFiguresAsBars) {
  Report report = SampleCertification();
  report.results[0].evidence = std::make_shared<const nlohmann::json>(nlohmann::json{
      {"measured", {{"ratio", 2.0}, {"low", 1.9}, {"high", 2.1}, {"parity", "worse"}}}});
  EXPECT_THAT(PageOf(report), HasSubstr("2.0 (1.90–2.1) worse</text>"));
  // A foreign report may claim anything.
  report.results[0].evidence = std::make_shared<const nlohmann::json>(nlohmann::json{
      {"measured", {{"ratio", "x"}, {"low", -1}, {"high", nullptr}, {"parity", 7}}}});
  EXPECT_THAT(PageOf(report), Not(HasSubstr("class=\"bars\"")));
}

TEST(Html, HostileTextEverywhereStaysText) {
  const std::string evil = "\"><script>alert(1)</script>' onload=x \u202E\x1b[31m";
  Report report = SampleCertification();
  report.tool = {evil, evil, evil};
  report.spec = report.started = evil;
  report.subjects[0] = {evil, evil, evil, evil, {evil, evil}, Verdict::kFail};
  report.host = std::make_shared<const nlohmann::json>(
      nlohmann::json{{evil, evil}, {"missing", {{evil, evil}}}, {"available", {evil}}});
  for (CheckResult& result : report.results) {
    result.id = result.title = result.message = result.hint = result.reason = evil;
    result.requirements = {evil};
    result.observation = std::make_shared<const nlohmann::json>(nlohmann::json{{evil, evil}});
    result.evidence = result.observation;
  }
  const std::string html = PageOf(report);
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("\u202E")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, HasSubstr("⟨U+202E⟩"));
}

TEST(Html, LongTextLosesItsMiddle) {
  Report report = SampleCertification();
  report.results[1].message = "begin" + std::string(1 << 20, 'x') + "end";
  const std::string html = PageOf(report);
  EXPECT_LT(html.size(), size_t{1} << 20);
  EXPECT_THAT(html, HasSubstr("bytes are left out"));
  EXPECT_THAT(html, HasSubstr("xend"));
}

}  // namespace
}  // namespace loadline::reports
