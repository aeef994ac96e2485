// SPDX-License-Identifier: Apache-2.0
// A comparison for a merge request or the page of a job: who is compared, the properties, and where
// they differ.
#include <cstdio>

#include "reports/conclusion.h"
#include "reports/markdown_text.h"
#include "reports/parity/comparison.h"

namespace loadline::reports {
namespace {

std::vector<std::string> Heading(const Comparison& comparison, std::string first) {
  std::vector<std::string> cells{std::move(first)};
  for (const std::string& name : comparison.names) cells.push_back(MarkdownText(name));
  return cells;
}

std::string Properties(const Comparison& comparison) {
  std::string rows;
  for (const PropertyRow& property : comparison.properties) {
    std::vector<std::string> cells{std::string(property.property->name)};
    for (const PropertyCell& cell : property.cells) cells.push_back(MarkdownText(ToText(cell)));
    rows += MarkdownRow(cells);
  }
  return MarkdownHead(Heading(comparison, "property")) + rows;
}

std::string CellText(const ParityCell& cell) {
  if (!cell.figure) return MarkdownText(cell.Word());
  char ratio[32];
  std::snprintf(ratio, sizeof ratio, " (%.2f)", cell.figure->ratio);
  return MarkdownText(cell.Word()) + ratio;
}

}  // namespace

std::string ComparisonMarkdown(const Comparison& comparison, size_t most) {
  constexpr size_t kLastLine = 100;  // for what is left out
  std::string text = "## Loadline: " + CountsText(comparison) + "\n\n";
  const Report all = AllCandidates(comparison);
  for (size_t i = 0; i < comparison.names.size(); ++i)
    text += "* " + MarkdownBold(comparison.names[i]) + " " + MarkdownText(all.subjects[i].version) +
            ": " + Conclude(comparison.reports[i], comparison.reports[i].subjects[0]).words + "\n";
  text += "\n" + Properties(comparison);
  const int differences = comparison.Count(Agreement::kDiffer);
  if (differences == 0) return text;
  text += "\n" + MarkdownHead(Heading(comparison, "differences"));
  for (int i = 0; i < differences; ++i) {  // they come first
    const ParityRow& check = comparison.rows[static_cast<size_t>(i)];
    std::vector<std::string> cells{MarkdownId(check.id)};
    for (const ParityCell& cell : check.cells) cells.push_back(CellText(cell));
    const std::string row = MarkdownRow(cells);
    if (text.size() + row.size() + kLastLine > most)
      return text + "\n" + std::to_string(differences - i) + " more are in the whole comparison.\n";
    text += row;
  }
  return text;
}

}  // namespace loadline::reports
