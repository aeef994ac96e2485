// SPDX-License-Identifier: Apache-2.0
// schema/loadline/comparison.json
#include <nlohmann/json.hpp>

#include "reports/parity/comparison.h"
#include "reports/parity/triangle_json.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

Json CellToJson(const ParityCell& cell) {
  Json json;
  json["word"] = cell.Word();
  json["verdict"] = ToText(cell.result->verdict);
  json["expected"] = ToText(cell.result->expected);
  if (!cell.result->message.empty()) json["message"] = cell.result->message;
  if (!cell.result->reason.empty()) json["reason"] = cell.result->reason;
  if (cell.figure) {
    json["figure"] = {
        {"ratio", cell.figure->ratio}, {"low", cell.figure->low}, {"high", cell.figure->high}};
    if (cell.figure->margin) json["figure"]["margin"] = *cell.figure->margin;
  }
  if (cell.result->evidence) json["evidence"] = *cell.result->evidence;
  return json;
}

Json RowToJson(const ParityRow& row, const std::vector<std::string>& names) {
  Json json = {{"id", row.id},
               {"title", row.title},
               {"area", row.area},
               {"requirements", row.requirements},
               {"agreement", ToText(row.agreement)}};
  json["cells"] = Json::object();
  for (size_t i = 0; i < names.size(); ++i) {
    if (row.cells[i].result != nullptr) json["cells"][names[i]] = CellToJson(row.cells[i]);
  }
  return json;
}

Json PropertyCellToJson(const PropertyCell& cell, const std::vector<ParityRow>& rows) {
  Json json = {{"standing", ToText(cell.standing)},
               {"passed", cell.passed},
               {"failed", cell.failed},
               {"warned", cell.warned},
               {"unsure", cell.unsure},
               {"left", cell.left}};
  if (cell.overall) {
    json["overall"] = {
        {"ratio", cell.overall->ratio}, {"low", cell.overall->low}, {"high", cell.overall->high}};
  }
  json["against"] = Json::array();
  for (const size_t row : cell.against) json["against"].push_back(rows[row].id);
  return json;
}

Json PropertyToJson(const PropertyRow& row, const Comparison& comparison) {
  Json json = {{"name", row.property->name},
               {"question", row.property->question},
               {"areas", row.property->areas},
               {"differs", row.differs}};
  for (size_t i = 0; i < comparison.names.size(); ++i)
    json["candidates"][comparison.names[i]] = PropertyCellToJson(row.cells[i], comparison.rows);
  return json;
}

Json CandidateToJson(const Report& report, const std::string& name) {
  const Summary summary = Summarize(report);
  Json counts;
  for (const Verdict verdict : kVerdicts) counts[std::string(ToText(verdict))] = summary[verdict];
  counts["unexpected"] = summary.unexpected;
  return {{"name", name},
          {"version", report.subjects[0].version},
          {"digest", report.subjects[0].digest},
          {"spec", report.spec},
          {"started", report.started},
          {"durationMs", report.duration_ms},
          {"summary", counts}};
}

}  // namespace

Json ToJson(const Comparison& comparison) {
  Json json;
  json["schemaVersion"] = "1.2.0";
  json["kind"] = "comparison";
  json["tool"] = {{"name", comparison.tool.name},
                  {"version", comparison.tool.version},
                  {"commit", comparison.tool.commit}};
  json["started"] = comparison.started;
  if (!comparison.reports.empty() && comparison.reports[0].host)
    json["host"] = *comparison.reports[0].host;
  json["candidates"] = Json::array();
  for (size_t i = 0; i < comparison.names.size(); ++i)
    json["candidates"].push_back(CandidateToJson(comparison.reports[i], comparison.names[i]));
  for (const Agreement agreement : {Agreement::kDiffer, Agreement::kPartly, Agreement::kSame})
    json["counts"][std::string(ToText(agreement))] = comparison.Count(agreement);
  json["properties"] = Json::array();
  for (const PropertyRow& row : comparison.properties)
    json["properties"].push_back(PropertyToJson(row, comparison));
  json["triangle"] = TriangleToJson(comparison);
  json["rows"] = Json::array();
  for (const ParityRow& row : comparison.rows)
    json["rows"].push_back(RowToJson(row, comparison.names));
  return json;
}

}  // namespace loadline::reports
