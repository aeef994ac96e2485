// SPDX-License-Identifier: Apache-2.0
// The html format: one page that stands alone, readable at desktop and phone width, without
// scripts.
#include <map>
#include <nlohmann/json.hpp>

#include "reports/conclusion.h"
#include "reports/defences.h"
#include "reports/html_page.h"
#include "reports/parity/comparison.h"
#include "reports/writer.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

// A verdict as the page shows it, with what was expected when that differs.
std::string Mark(const CheckResult& result) {
  std::string word(ToText(result.verdict));
  std::string text = word;
  if (result.Unexpected() && result.verdict == Verdict::kPass) {
    text = "pass, stale";
    word = "fail";
  } else if (result.verdict == result.expected && result.verdict != Verdict::kPass) {
    text += ", known";
  }
  return Element("span", Class("mark " + word), text);
}

std::string RequirementRows(const CheckResult& result) {
  std::string rows;
  for (const std::string& id : result.requirements) {
    std::string text = Element("code", "", EscapeXml(id));
    if (const schema::Requirement* requirement = schema::FindRequirement(id)) {
      text += Element("p", "",
                      Element("b", "", std::string(schema::ToText(requirement->level))) + " " +
                          EscapeXml(requirement->statement));
    }
    rows += Row("requirement", text);
  }
  return rows;
}

std::string ResultDetails(const CheckResult& result) {
  std::string rows;
  if (!result.message.empty())
    rows += Row(result.location ? "finding" : "seen", EscapeXml(result.message));
  if (result.location) {
    rows += Row("place", Element("code", "",
                                 EscapeXml(result.location->file + ":" +
                                           std::to_string(result.location->line) + ":" +
                                           std::to_string(result.location->column) + " " +
                                           result.location->pointer)));
  }
  if (!result.hint.empty()) rows += Row("way out", EscapeXml(result.hint));
  if (!result.reason.empty()) rows += Row("expected, because", EscapeXml(result.reason));
  rows += RequirementRows(result);
  if (result.duration_ms) rows += Row("took", std::to_string(*result.duration_ms) + " ms");
  const std::string summary =
      Mark(result) + Element("span", Class("name"),
                             Element("code", "", EscapeXml(result.id)) + "<br>" +
                                 Element("span", Class("faint"), EscapeXml(result.title)));
  return Element("details", "",
                 Element("summary", "", summary) +
                     Element("div", "",
                             Element("dl", "", rows) + Document("evidence", result.evidence) +
                                 Document("observation", result.observation)));
}

// Everything that needs attention first, each with its reason; then all results by area.
std::string Results(const Report& report) {
  std::string attention;
  std::string known;
  std::map<std::string, std::vector<const CheckResult*>> areas;
  for (const CheckResult& result : report.results) {
    if (result.Unexpected()) {
      attention += ResultDetails(result);
    } else if (result.verdict != Verdict::kPass) {
      known += ResultDetails(result);
    }
    areas[AreaOf(result.id)].push_back(&result);
  }
  std::string html;
  if (!attention.empty())
    html +=
        Element("h2", "", report.kind == Kind::kValidation ? "Findings" : "Unexpected") + attention;
  if (!known.empty())
    html += Element("h2", "", "Known deviations and cases that this host cannot judge") + known;
  if (report.kind == Kind::kValidation) return html;
  html += Element("h2", "", "All cases by area");
  for (const auto& [area, results] : areas) {
    std::string inner;
    int passed = 0;
    for (const CheckResult* result : results) {
      passed += result->verdict == Verdict::kPass ? 1 : 0;
      inner += ResultDetails(*result);
    }
    const std::string count = std::to_string(passed) + "/" + std::to_string(results.size());
    const bool all = passed == static_cast<int>(results.size());
    html += Element("details", Class("area"),
                    Element("summary", "",
                            Element("span", Class(all ? "mark pass" : "mark"), count + " passed") +
                                Element("span", Class("name"), EscapeXml(area))) +
                        Element("div", "", inner));
  }
  return html;
}

std::string Tile(int number, const std::string& label, const std::string& colour = "") {
  return Element("div", Class("tile"),
                 Element("b", colour.empty() ? "" : Class(colour), std::to_string(number)) + label);
}

std::string Tiles(const Report& report) {
  const Summary summary = Summarize(report);
  std::string tiles =
      report.kind == Kind::kValidation
          ? Tile(summary[Verdict::kFail], "errors", summary[Verdict::kFail] > 0 ? "fail" : "pass")
          : Tile(summary.unexpected, "unexpected", summary.unexpected > 0 ? "fail" : "pass");
  for (const Verdict verdict : kVerdicts) {
    if (summary[verdict] > 0)
      tiles += Tile(summary[verdict], std::string(ToText(verdict)), std::string(ToText(verdict)));
  }
  return Element("div", Class("tiles"), tiles);
}

std::string RequirementBar(const RequirementCount& count, const char* heading) {
  if (count.total == 0) return "";
  auto part = [&](int number, const char* colour) {
    return Element(
        "span",
        Class(colour) + " style=\"width:" + std::to_string(100.0 * number / count.total) + "%\"",
        "");
  };
  return Element("h2", "", heading) +
         Element(
             "div",
             Class("bar") + " role=\"img\" aria-label=\"share of requirements passed and failed\"",
             part(count.passed, "pass") + part(count.failed, "fail")) +
         Element("p", Class("faint"),
                 std::to_string(count.total) + " hold for this subject: " +
                     std::to_string(count.passed) + " passed, " + std::to_string(count.failed) +
                     " failed, " + std::to_string(count.total - count.judged) + " not judged.");
}

const char* ColourOf(Stand stand) {
  if (stand == Stand::kDefends) return "mark pass";
  return stand == Stand::kDoesNotDefend ? "mark fail" : "mark";
}

// Those without a defence first: they are why somebody looks here.
std::string KnownFaultSection(const Report& report) {
  const std::vector<Defence> defences = JudgeDefences(report);
  if (defences.empty()) return "";
  std::string rows;
  for (const Stand stand : {Stand::kDoesNotDefend, Stand::kCannotBeShown, Stand::kDefends}) {
    for (const Defence& defence : defences) {
      if (defence.stand != stand) continue;
      std::string results;
      for (const std::string& id : defence.results)
        results += "<br>" + Element("code", "", EscapeXml(id));
      rows += Row(EscapeXml(defence.fault->id),
                  Element("span", Class(ColourOf(stand)), std::string(ToText(stand))) + " " +
                      EscapeXml(defence.fault->title) + results);
    }
  }
  return Element("h2", "", "Known faults of runtimes") +
         Element("p", Class("faint"), CountDefences(defences) + ".") +
         Element("details", Class("area"),
                 Element("summary", "", Element("span", Class("name"), "each of them")) +
                     Element("div", "", Element("dl", "", rows)));
}

std::string Heading(const Report& report) {
  std::string html;
  for (const Subject& subject : report.subjects) {
    const std::string version = subject.version.empty() ? "" : " " + EscapeXml(subject.version);
    html += Element("h1", "", EscapeXml(subject.name) + version);
    const Conclusion conclusion = Conclude(report, subject);
    html +=
        Element("span", Class("verdict " + std::string(ToText(conclusion.mood))), conclusion.words);
    std::string rows;
    if (!report.spec.empty())
      rows += Row("judged by", "OCI runtime-spec " + EscapeXml(report.spec));
    rows += Row("kind", EscapeXml(subject.type));
    std::string command;
    for (const std::string& argument : subject.command)
      command += (command.empty() ? "" : " ") + argument;
    if (!command.empty()) rows += Row("command", Element("code", "", EscapeXml(command)));
    if (!subject.digest.empty())
      rows += Row("digest", Element("code", "", EscapeXml(subject.digest)));
    html += Element("dl", "", rows);
  }
  return html;
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string title = "loadline";
  for (const Subject& subject : report.subjects) title += " · " + subject.name;
  const std::string footer =
      Element("footer", "",
              EscapeXml(report.tool.name + " " + report.tool.version + ", " + report.started +
                        ", " + std::to_string(report.duration_ms) + " ms"));
  return Page(title, Heading(report) + Tiles(report) +
                         RequirementBar(report.requirements, "Requirements of the standard") +
                         RequirementBar(report.beyond, "Properties beyond the standard") +
                         KnownFaultSection(report) + Results(report) + HostSection(report.host) +
                         footer);
}

}  // namespace

Writer HtmlWriter() {
  return {"html", "one page that stands alone", Write,
          [](const Comparison& comparison, const WriterOptions& options) {
            return ComparisonHtml(comparison, options.verbose);
          }};
}

}  // namespace loadline::reports
