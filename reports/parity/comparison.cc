// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/comparison.h"

#include <algorithm>
#include <map>
#include <set>

#include "reports/parity/triangle.h"

namespace loadline::reports {
namespace {

// Two candidates of one name (two versions, say) have to be told apart.
std::vector<std::string> DistinctNames(const std::vector<Report>& reports) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const Report& report : reports) {
    const std::string& name = report.subjects[0].name;
    std::string distinct = name;
    while (std::find(names.begin(), names.end(), distinct) != names.end())
      distinct = name + " (" + std::to_string(++seen[name] + 1) + ")";
    names.push_back(std::move(distinct));
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
      return Failure(ErrorKind::kUnreadable, "only certifications of one candidate can be compared",
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

std::string_view ToText(Agreement agreement) {
  constexpr std::string_view kWords[] = {"differ", "partly judged", "same"};
  return kWords[static_cast<size_t>(agreement)];
}

Report AllCandidates(const Comparison& comparison) {
  Report all;
  all.tool = comparison.tool;
  all.started = comparison.started;
  for (size_t i = 0; i < comparison.names.size(); ++i) {
    const Report& report = comparison.reports[i];
    all.host = all.host ? all.host : report.host;
    if (i == 0) all.spec = report.spec;
    all.duration_ms += report.duration_ms;
    if (report.unfinished) all.unfinished = Unfinished{};  // whose plan was of one candidate
    all.subjects.push_back(report.subjects[0]);
    all.subjects.back().name = comparison.names[i];
    for (const CheckResult& result : report.results) {
      all.results.push_back(result);
      if (!result.subject.empty()) all.results.back().subject = comparison.names[i];
    }
  }
  return all;
}

}  // namespace loadline::reports
