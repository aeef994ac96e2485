// SPDX-License-Identifier: Apache-2.0
// The JSON form of a history (schema/loadline/history.json).
#include <nlohmann/json.hpp>

#include "reports/history/history.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

Json SummaryToJson(const Summary& summary) {
  Json json;
  for (const Verdict verdict : kVerdicts) json[std::string(ToText(verdict))] = summary[verdict];
  json["unexpected"] = summary.unexpected;
  return json;
}

Json TurnsToJson(const std::vector<ResultTurn>& turns) {
  Json json = Json::array();
  for (const ResultTurn& turn : turns)
    json.push_back({{"id", turn.id},
                    {"before", turn.before},
                    {"after", turn.after},
                    {"turn", ToText(turn.turn)},
                    {"known", turn.known},
                    {"message", turn.message}});
  return json;
}

Json TurnsToJson(const std::vector<RequirementTurn>& turns) {
  Json json = Json::array();
  for (const RequirementTurn& turn : turns)
    json.push_back({{"id", turn.id},
                    {"before", ToText(turn.before)},
                    {"after", ToText(turn.after)},
                    {"turn", ToText(turn.turn)}});
  return json;
}

Json ToolToJson(const Tool& tool) {
  return {{"name", tool.name}, {"version", tool.version}, {"commit", tool.commit}};
}

Json StepToJson(const HistoryStep& step, const Report& report) {
  return {{"started", report.started},
          {"version", step.subject.version},
          {"digest", step.subject.digest},
          {"tool", ToolToJson(report.tool)},
          {"summary", SummaryToJson(step.summary)},
          {"differs", step.differs},
          {"results", TurnsToJson(step.results)},
          {"requirements", TurnsToJson(step.requirements)}};
}

}  // namespace

std::string HistoryJson(const History& history, bool) {
  const Report& first = history.reports.front();
  Json json{{"schemaVersion", "1.0.0"},         {"kind", "history"},    {"of", ToText(first.kind)},
            {"tool", ToolToJson(history.tool)}, {"made", history.made}, {"spec", first.spec},
            {"subjects", Json::array()}};
  for (const SubjectHistory& subject : history.subjects) {
    Json reports = Json::array();
    for (const HistoryStep& step : subject.steps)
      reports.push_back(StepToJson(step, history.reports[step.report]));
    json["subjects"].push_back({{"name", subject.name}, {"reports", std::move(reports)}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace loadline::reports
