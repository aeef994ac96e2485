// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "reports/parity/comparison.h"
#include "reports/parity/text_table.h"
#include "reports/parity/triangle.h"
#include "reports/plain_text.h"
#include "reports/unfinished.h"

namespace loadline::reports {
namespace {

std::vector<std::string> Heading(const Comparison& comparison, const std::string& first) {
  std::vector<std::string> row{first};
  for (const std::string& name : comparison.names) row.push_back(Shortened(name));
  return row;
}

std::string FigureText(const ParityCell& cell) {
  if (!cell.figure) return cell.Word();
  char text[96];
  std::snprintf(text, sizeof text, "%.2f (%.2f-%.2f)%s%s", cell.figure->ratio, cell.figure->low,
                cell.figure->high, cell.figure->parity.empty() ? "" : " ",
                cell.figure->parity.c_str());
  return text;
}

std::string PropertyTable(const Comparison& comparison) {
  TextTable table;
  table.Add(Heading(comparison, "property"));
  bool any = false;
  for (const PropertyRow& row : comparison.properties) {
    std::vector<std::string> line{std::string(row.property->name)};
    for (const PropertyCell& cell : row.cells) {
      line.push_back(ToText(cell));
      any = any || cell.standing != Standing::kNotAsked;
    }
    table.Add(std::move(line));
  }
  return any ? "\nThe four properties\n" + table.ToText() : "";
}

std::string Areas(const Comparison& comparison) {
  TextTable table;
  table.Add(Heading(comparison, "passed of judged"));
  for (const AreaCount& area : comparison.areas) {
    std::vector<std::string> row{Shortened(area.area)};
    for (const AreaCount::Count& count : area.counts) {
      row.push_back(count.judged == 0
                        ? "-"
                        : std::to_string(count.passed) + "/" + std::to_string(count.judged));
    }
    table.Add(row);
  }
  return table.ToText();
}

std::string Figures(const Comparison& comparison) {
  TextTable table;
  table.Add(Heading(comparison, "times the native time"));
  bool any = false;
  for (const ParityRow& row : comparison.rows) {
    if (!row.HasFigure()) continue;
    any = true;
    std::vector<std::string> line{Shortened(row.id.substr(row.id.rfind('/') + 1))};
    for (const ParityCell& cell : row.cells) line.push_back(FigureText(cell));
    table.Add(line);
  }
  return any ? "\nEfficiency: ratio and 95 % interval\n" + table.ToText() : "";
}

std::string Details(const ParityRow& row, const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    const CheckResult* result = row.cells[i].result;
    if (result == nullptr || result->verdict == Verdict::kPass || result->message.empty()) continue;
    text += "      " + Shortened(names[i]) + ": " + Shortened(result->message) + "\n";
  }
  return text;
}

std::string Rows(const Comparison& comparison, Agreement agreement, const char* heading) {
  TextTable table;
  table.Add(Heading(comparison, ""));
  std::vector<std::string> details{""};
  for (const ParityRow& row : comparison.rows) {
    if (row.agreement != agreement || row.HasFigure()) continue;
    std::vector<std::string> line{Shortened(row.id)};
    for (const ParityCell& cell : row.cells)
      line.push_back(cell.result == nullptr ? "-" : cell.Word());
    table.Add(line);
    details.push_back(Details(row, comparison.names));
  }
  if (details.size() == 1) return "";
  // Each row of the table, followed by what its candidates had to say.
  std::string text = "\n" + std::string(heading) + "\n";
  const std::string lines = table.ToText();
  size_t begin = 0;
  for (const std::string& detail : details) {
    const size_t end = lines.find('\n', begin);
    text += lines.substr(begin, end - begin + 1) + detail;
    begin = end + 1;
  }
  return text;
}

}  // namespace

std::string CountsText(const Comparison& comparison) {
  return Plural(comparison.Count(Agreement::kDiffer), "difference") + " in " +
         std::to_string(comparison.rows.size()) +
         " properties; the same for all: " + std::to_string(comparison.Count(Agreement::kSame)) +
         ", alike where they were judged: " + std::to_string(comparison.Count(Agreement::kPartly));
}

std::string ComparisonText(const Comparison& comparison, const WriterOptions& options) {
  std::string text;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    const Report& report = comparison.reports[i];
    text += Shortened(comparison.names[i]) + " " + Shortened(report.subjects[0].version) +
            ", judged by OCI runtime-spec " + Shortened(report.spec) + "\n";
    if (report.unfinished) text += "  " + UnfinishedText(report) + "\n";
  }
  text += PropertyTable(comparison);
  text += TriangleText(comparison);
  text += Rows(comparison, Agreement::kDiffer, "Differences");
  text += Figures(comparison) + "\n" + Areas(comparison);
  if (options.verbose) {
    text += Rows(comparison, Agreement::kPartly, "Alike where they were judged");
    text += Rows(comparison, Agreement::kSame, "The same for all");
  }
  return text + "\n" + CountsText(comparison) + "\n";
}

}  // namespace loadline::reports
