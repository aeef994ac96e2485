// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/evidence_html.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/html_page.h"
#include "reports/page/result_block.h"
#include "reports/plain_text.h"
#include "reports/reproduce.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr size_t kMessage = 1500;   // bytes of one message
constexpr size_t kDocument = 2000;  // bytes of one piece of evidence: the JSON form holds the rest

// Candidates that said the same.
struct Group {
  const ParityCell* cell = nullptr;
  std::vector<size_t> candidates;
};

bool SaysTheSame(const ParityCell& a, const ParityCell& b) {
  return !a.figure && !b.figure && a.Word() == b.Word() && a.result->message == b.result->message &&
         a.result->reason == b.result->reason;
}

std::vector<Group> GroupsOf(const ParityRow& row) {
  std::vector<Group> groups;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const ParityCell& cell = row.cells[i];
    if (cell.result == nullptr) continue;
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return SaysTheSame(*group.cell, cell);
    });
    if (found == groups.end()) {
      groups.push_back({&cell, {i}});
    } else {
      found->candidates.push_back(i);
    }
  }
  return groups;
}

std::string Names(const Comparison& comparison, const Group& group) {
  std::string names;
  for (const size_t i : group.candidates)
    names += (names.empty() ? "" : ", ") + comparison.names[i];
  return names;
}

// How a case was set up is the same for all, and `explain` shows it; what was measured is each
// one's own.
std::string Measured(const CheckResult& result) {
  if (!result.evidence || !result.evidence->is_object()) return "";
  const auto measured = result.evidence->find("measured");
  if (measured == result.evidence->end()) return "";
  return Document("what was measured", std::make_shared<const nlohmann::json>(*measured),
                  kDocument);
}

std::string GroupHtml(const Comparison& comparison, const Group& group) {
  const CheckResult& result = *group.cell->result;
  std::string html = Element(
      "p", "",
      Element("span", Class("mark " + ColourOf(*group.cell)), EscapeXml(group.cell->Word())) + " " +
          Text(Names(comparison, group), 600));
  if (result.verdict == Verdict::kPass && !group.cell->figure) return html;
  std::string rows;
  if (!result.message.empty())
    rows += Row("seen", Element("span", Class("said"), Text(result.message, kMessage)));
  if (!result.reason.empty()) rows += Row("known, because", Text(result.reason, kMessage));
  if (Judges(result.verdict)) {
    const Report& report = comparison.reports[group.candidates.front()];
    rows += Row("see it again", Code(CommandFor(report, report.subjects[0], result)));
  }
  return html + Element("dl", "", rows) + Measured(result);
}

}  // namespace

std::string RowAnchor(size_t row) { return "row-" + std::to_string(row); }

bool HasEvidence(const ParityRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(), [](const ParityCell& cell) {
    return cell.result != nullptr && (cell.figure || cell.result->verdict != Verdict::kPass);
  });
}

std::string ColourOf(const ParityCell& cell) {
  if (cell.result == nullptr) return "unsupported";
  const std::string word = cell.Word();
  if (word == "equivalent" || word == "better") return "pass";
  if (word == "worse") return "warn";
  return std::string(ToText(cell.result->verdict));
}

std::string WordsOf(const ParityRow& row) {
  std::set<std::string> words;
  for (const ParityCell& cell : row.cells) {
    if (cell.result != nullptr) words.insert(cell.Word());
  }
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string RowEvidence(const Comparison& comparison, size_t index, const std::string& more) {
  const ParityRow& row = comparison.rows[index];
  std::string inner;
  for (const std::string& id : row.requirements) inner += Element("p", "", RequirementText(id));
  for (const Group& group : GroupsOf(row)) inner += GroupHtml(comparison, group);
  return Folded(
      "class=\"area\" id=\"" + RowAnchor(index) + "\" " + Searchable(WordsOf(row), row.area),
      Element("span", Class("name"),
              Element("span", Class("title"), Text(row.title, 400)) + Code(row.id, 400)),
      inner + more);
}

std::string EvidenceHtml(const Comparison& comparison) {
  std::map<std::string, std::pair<int, std::string>> areas;
  for (size_t i = 0; i < comparison.rows.size(); ++i) {
    if (!HasEvidence(comparison.rows[i])) continue;
    auto& [count, html] = areas[comparison.rows[i].area];
    ++count;
    html += RowEvidence(comparison, i);
  }
  std::string html;
  for (const auto& [area, inside] : areas)
    html += Folded(Class("area"),
                   Element("span", Class("mark"), Plural(inside.first, "check")) +
                       Element("span", Class("name"), Text(area, 200)),
                   inside.second);
  return html;
}

}  // namespace loadline::reports
