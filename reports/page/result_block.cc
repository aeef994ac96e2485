// SPDX-License-Identifier: Apache-2.0
#include "reports/page/result_block.h"

#include "reports/html_page.h"
#include "reports/page/expected_and_seen.h"
#include "reports/reproduce.h"
#include "reports/xml.h"
#include "schema/requirement_source.h"

namespace loadline::reports {
namespace {

constexpr size_t kTeaser = 240;  // bytes of a message that stand on a folded result

const Subject* SubjectOf(const Report& report, const CheckResult& result) {
  for (const Subject& subject : report.subjects) {
    if (subject.name == result.subject) return &subject;
  }
  return report.subjects.empty() ? nullptr : &report.subjects.front();
}

std::string Message(const std::string& text) { return Element("span", Class("said"), Text(text)); }

// A finding of the validator has a place and no expectation of its own.
std::string WhatHappened(const CheckResult& result) {
  std::string rows;
  if (result.location) {
    if (!result.message.empty()) rows += Row("finding", Message(result.message));
    rows += Row("place",
                Code(result.location->file + ":" + std::to_string(result.location->line) + ":" +
                     std::to_string(result.location->column) + " " + result.location->pointer));
    return rows;
  }
  if (const auto both = ExpectedAndSeen(result.message)) {
    const std::string place = Element("span", Class("faint"), " at " + Code(both->place));
    return Row("expected", Text(result.title) + "<br>" + Code(both->expected) + place) +
           Row("seen", Code(both->seen));
  }
  rows += Row("expected", Text(result.title));
  if (!result.message.empty()) rows += Row("seen", Message(result.message));
  return rows;
}

std::string Details(const Report& report, const CheckResult& result) {
  std::string rows = WhatHappened(result);
  if (!result.hint.empty()) rows += Row("way out", Text(result.hint));
  if (!result.reason.empty()) rows += Row("known, because", Text(result.reason));
  for (const std::string& id : result.requirements) rows += Row("asked by", RequirementText(id));
  if (const Subject* subject = SubjectOf(report, result))
    rows += Row("see it again", Code(CommandFor(report, *subject, result)));
  if (result.duration_ms) rows += Row("took", std::to_string(*result.duration_ms) + " ms");
  return Element("dl", "", rows);
}

std::string Attributes(const CheckResult& result, size_t index) {
  std::string verdicts(ToText(result.verdict));
  if (result.Unexpected()) verdicts += " unexpected";
  return "id=\"" + ResultAnchor(index) + "\" " + Searchable(verdicts, AreaOf(result.id));
}

}  // namespace

std::string ResultAnchor(size_t index) { return "result-" + std::to_string(index); }

std::string Mark(const CheckResult& result) {
  std::string colour(ToText(result.verdict));
  std::string text = colour;
  if (result.Unexpected() && result.verdict == Verdict::kPass) {
    text = "pass, not known";
    colour = "warn";
  } else if (result.verdict == result.expected && result.verdict != Verdict::kPass) {
    text += ", known";
  }
  return Element("span", Class("mark " + colour), text);
}

std::string RequirementText(const std::string& id) {
  const schema::Requirement* requirement = schema::FindRequirement(id);
  if (requirement == nullptr) return Code(id, 400);
  const std::string source = SourceOf(*requirement);
  const std::string place = EscapeXml(requirement->document + "#" + requirement->anchor);
  const std::string where = source.starts_with("https://")
                                ? Element("a", "href=\"" + EscapeXml(source) + "\"", place)
                                : place;
  return Element("b", "", std::string(schema::ToText(requirement->level))) + " " +
         Text(requirement->statement) + "<br>" +
         Element("span", Class("faint"), Code(id) + ", " + where);
}

std::string ResultBlock(const Report& report, size_t index, bool open) {
  const CheckResult& result = report.results[index];
  std::string name =
      Element("span", Class("title"), Text(result.title, 400)) + Code(result.id, 400);
  const std::string& teaser = result.reason.empty() ? result.message : result.reason;
  if (!teaser.empty()) name += Element("span", Class("teaser"), Text(teaser, kTeaser));
  return Folded("class=\"result\" " + Attributes(result, index) + (open ? " open" : ""),
                Mark(result) + Element("span", Class("name"), name),
                Details(report, result) + Document("evidence", result.evidence) +
                    Document("observation", result.observation));
}

std::string ResultLine(const Report& report, size_t index) {
  const CheckResult& result = report.results[index];
  return Element("li", Attributes(result, index),
                 Text(result.title, 400) + " " + Code(result.id, 400)) +
         "\n";
}

}  // namespace loadline::reports
