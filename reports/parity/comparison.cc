// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/comparison.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/parity/triangle.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

std::optional<Figure> FigureOf(const CheckResult& result) {
  if (!result.evidence) return std::nullopt;
  const json measured = result.evidence->value("measured", json());
  if (!measured.is_object() || !measured.contains("ratio") || !measured.contains("low") ||
      !measured.contains("high"))
    return std::nullopt;
  Figure figure{measured["ratio"], measured["low"], measured["high"], {}, {}, {}};
  if (measured.contains("margin")) figure.margin = measured["margin"].get<double>();
  figure.parity = measured.value("parity", "");
  if (measured.contains("nativeAgainstNative")) {
    const json& control = measured["nativeAgainstNative"];
    figure.control = {control.at("low").get<double>(), control.at("high").get<double>()};
  }
  return figure;
}

// Two candidates of one name (two versions, say) have to be told apart.
std::vector<std::string> DistinctNames(const std::vector<Report>& reports) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const Report& report : reports) {
    const std::string& name = report.subjects[0].name;
    const int number = ++seen[name];
    names.push_back(number == 1 ? name : name + " (" + std::to_string(number) + ")");
  }
  return names;
}

Agreement AgreementOf(const ParityRow& row) {
  std::set<std::string> words;
  bool all_judged = true;
  for (const ParityCell& cell : row.cells) {
    if (cell.result == nullptr) continue;
    if (cell.Judged()) words.insert(cell.Word());
    all_judged = all_judged && cell.Judged();
  }
  if (words.size() > 1) return Agreement::kDiffer;
  return all_judged || words.empty() ? Agreement::kSame : Agreement::kPartly;
}

// The rows refer to the results of `reports`.
std::vector<ParityRow> RowsOf(const std::vector<Report>& reports) {
  std::map<std::string, ParityRow> rows;
  for (size_t i = 0; i < reports.size(); ++i) {
    for (const CheckResult& result : reports[i].results) {
      const std::string id = result.id.substr(0, result.id.find('@'));
      ParityRow& row = rows[id];
      row.cells.resize(reports.size());
      row.id = id;
      row.title = result.title;
      row.area = AreaOf(id);
      row.requirements = result.requirements;
      row.cells[i] = {&result, FigureOf(result)};
    }
  }
  std::vector<ParityRow> sorted;
  for (auto& [id, row] : rows) {
    row.agreement = AgreementOf(row);
    sorted.push_back(std::move(row));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const ParityRow& a, const ParityRow& b) {
    return a.agreement < b.agreement;
  });
  return sorted;
}

std::vector<AreaCount> AreasOf(const std::vector<ParityRow>& rows, size_t candidates) {
  // What goes beyond the standard first.
  std::map<std::pair<bool, std::string>, AreaCount> areas;
  for (const ParityRow& row : rows) {
    AreaCount& count = areas[{!row.id.starts_with("loadline/"), row.area}];
    count.area = row.area;
    count.counts.resize(candidates);
    for (size_t i = 0; i < candidates; ++i) {
      const CheckResult* result = row.cells[i].result;
      if (result == nullptr || !Judges(result->verdict)) continue;
      ++count.counts[i].judged;
      count.counts[i].passed += result->verdict == Verdict::kPass ? 1 : 0;
    }
  }
  std::vector<AreaCount> sorted;
  for (auto& [key, count] : areas) sorted.push_back(std::move(count));
  return sorted;
}

}  // namespace

std::string ParityCell::Word() const {
  if (result == nullptr) return "not asked";
  if (figure && !figure->parity.empty()) return figure->parity;
  return std::string(ToText(result->verdict));
}

bool ParityCell::Judged() const {
  return result != nullptr && Judges(result->verdict) && Word() != "inconclusive";
}

bool ParityRow::HasFigure() const {
  return std::any_of(cells.begin(), cells.end(),
                     [](const ParityCell& cell) { return cell.figure.has_value(); });
}

int Comparison::Count(Agreement agreement) const {
  return static_cast<int>(std::count_if(
      rows.begin(), rows.end(), [&](const ParityRow& row) { return row.agreement == agreement; }));
}

Result<Comparison> Compare(std::vector<Report> reports) {
  for (const Report& report : reports) {
    if (report.kind != Kind::kCertification || report.subjects.size() != 1)
      return Failure("only certifications of one candidate can be compared",
                     "pass reports that `loadline certify CANDIDATE --report json=PATH` wrote");
  }
  Comparison comparison;
  comparison.reports = std::move(reports);
  comparison.names = DistinctNames(comparison.reports);
  comparison.rows = RowsOf(comparison.reports);
  comparison.areas = AreasOf(comparison.rows, comparison.names.size());
  comparison.properties = JudgeProperties(comparison.rows, comparison.names.size());
  return comparison;
}

const std::vector<ComparisonWriter>& ComparisonWriters() {
  static const std::vector<ComparisonWriter> writers = {{"text", ComparisonText},
                                                        {"json", ComparisonJson},
                                                        {"html", ComparisonHtml},
                                                        {"triangle", TrianglePage}};
  return writers;
}

}  // namespace loadline::reports
