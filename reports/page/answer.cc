// SPDX-License-Identifier: Apache-2.0
#include "reports/page/answer.h"

#include "reports/conclusion.h"
#include "reports/defences.h"
#include "reports/html_page.h"
#include "reports/reproduce.h"
#include "reports/requirement_verdicts.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

// A share for who reads no numbers.
const char* InWords(int part, int all) {
  if (all <= 0 || part <= 0) return "nothing";
  if (part >= all) return "all";
  const double share = static_cast<double>(part) / all;
  if (share > 0.97) return "nearly all";
  if (share > 0.75) return "most";
  if (share > 0.55) return "more than half";
  if (share > 0.45) return "about half";
  return share > 0.1 ? "a part" : "little";
}

std::string Numbers(const RequirementCount& count) {
  return Element("span", Class("faint"),
                 std::to_string(count.judged) + " of " + std::to_string(count.total) +
                     " requirements judged, " + std::to_string(count.passed) + " passed, " +
                     std::to_string(count.failed) + " failed");
}

// Counted from the results, as the section that it leads to is: a report of another release may
// have been counted by another ledger.
std::string Line(const Report& report, const char* standard, const char* what,
                 const char* section) {
  if (report.kind != Kind::kCertification) return "";
  const RequirementCount count = CountVerdicts(JudgeRequirements(report, standard));
  if (count.total == 0) return "";
  const std::string words =
      std::string(what) +
      (count.judged == 0
           ? ": this run judged nothing of it."
           : std::string(": ") + InWords(count.judged, count.total) +
                 " was judged, and of that it keeps " + InWords(count.passed, count.judged) + ".");
  return Element("li", "",
                 Element("a", "href=\"#" + std::string(section) + "\"", words) + " " +
                     Numbers(count) +
                     ShareBar(words, {{"pass", count.passed},
                                      {"fail", count.failed},
                                      {"left", count.total - count.judged}}));
}

std::string FaultLine(const Report& report) {
  const std::vector<Defence> defences = JudgeDefences(report);
  if (defences.empty()) return "";
  std::string names;
  int against = 0;
  for (const Defence& defence : defences) {
    if (defence.stand != Stand::kDoesNotDefend) continue;
    if (++against <= 4) names += (names.empty() ? "" : ", ") + defence.fault->id;
  }
  if (against > 4) names += " and " + std::to_string(against - 4) + " more";
  const std::string words =
      against == 0 ? "It defends against every known fault of runtimes that could be tried here."
                   : "It does not defend against " + names + ".";
  return Element(
      "li", "",
      Element("a", "href=\"#faults\"" + std::string(against == 0 ? "" : " class=\"fail\""),
              EscapeXml(words)) +
          " " + Element("span", Class("faint"), CountDefences(defences)));
}

std::string Facts(const Report& report, const Subject& subject) {
  std::string rows;
  if (!report.spec.empty()) rows += Row("judged by", "OCI runtime-spec " + Text(report.spec, 100));
  rows += Row("kind", Text(subject.type, 200));
  std::string command;
  for (const std::string& argument : subject.command)
    command += (command.empty() ? "" : " ") + ShellWord(argument);
  if (!command.empty()) rows += Row("command", Code(command, 600));
  if (!subject.digest.empty()) rows += Row("digest", Code(subject.digest, 200));
  return Element("dl", "", rows);
}

std::string Tile(int number, const std::string& label, const std::string& colour) {
  return Element("div", Class("tile"), Element("b", Class(colour), std::to_string(number)) + label);
}

}  // namespace

std::string Answers(const Report& report) {
  std::string html = report.subjects.empty() ? Element("h1", "", "A report of nothing") : "";
  for (const Subject& subject : report.subjects) {
    const std::string version = subject.version.empty() ? "" : " " + Text(subject.version, 100);
    html += Element("h1", "", Text(subject.name, 300) + version);
    const Conclusion conclusion = Conclude(report, subject);
    const std::string mood(ToText(conclusion.mood));
    std::string box = Element("p", Class("verdict " + mood), EscapeXml(conclusion.words)) +
                      Element("p", Class("reply"), EscapeXml(conclusion.answer));
    const std::string rests = Line(report, "oci-runtime", "What the standard asks", "standard") +
                              Line(report, "loadline", "What goes beyond it", "beyond") +
                              FaultLine(report);
    if (!rests.empty()) box += Element("ul", Class("rests"), rests);
    html += Element("div", Class("answer " + mood + "-edge"), box);
    html += Facts(report, subject);
  }
  return html;
}

std::string Tiles(const Report& report) {
  const Summary summary = Summarize(report);
  const bool validation = report.kind == Kind::kValidation;
  const int wrong = validation ? summary[Verdict::kFail] : summary.unexpected;
  std::string tiles =
      Tile(wrong, validation ? "errors" : "not as expected", wrong > 0 ? "fail" : "pass");
  for (const Verdict verdict : kVerdicts) {
    const std::string word(ToText(verdict));
    if (validation && verdict == Verdict::kFail) continue;  // it is the errors
    if (summary[verdict] > 0) tiles += Tile(summary[verdict], word, word);
  }
  return Element("div", Class("tiles"), tiles);
}

}  // namespace loadline::reports
