// SPDX-License-Identifier: Apache-2.0
// schema/loadline/gate.json
#include <nlohmann/json.hpp>

#include "reports/gate/gate_writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

Json Word(const std::optional<Verdict>& verdict) {
  return verdict ? Json(ToText(*verdict)) : Json();
}

Json ChangeToJson(const GateChange& change) {
  const CheckResult& result = change.result;
  Json json{{"turn", ToText(change.turn)},
            {"stops", change.stops},
            {"subject", result.subject},
            {"id", result.id},
            {"level", schema::ToText(result.level)},
            {"before", Word(change.before)},
            {"after", Word(change.after)},
            {"message", result.message},
            {"why", change.why}};
  if (result.location)
    json["location"] = {{"file", result.location->file},
                        {"line", result.location->line},
                        {"column", result.location->column},
                        {"pointer", result.location->pointer}};
  return json;
}

}  // namespace

std::string GateJson(const GateOutcome& outcome, const GateContext& context) {
  Json json{{"schemaVersion", "1.0.0"},
            {"kind", "gate"},
            {"tool",
             {{"name", context.tool.name},
              {"version", context.tool.version},
              {"commit", context.tool.commit}}},
            {"baseline", context.baseline},
            {"of", ToText(outcome.kind)},
            {"stops", outcome.Stops()},
            {"stale", outcome.Stale()}};
  for (const Turn turn : kTurns) json["counts"][std::string(ToText(turn))] = outcome.Count(turn);
  json["counts"]["same"] = outcome.same;
  json["notes"] = outcome.notes;
  json["changes"] = Json::array();
  for (const GateChange& change : outcome.changes) json["changes"].push_back(ChangeToJson(change));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace loadline::reports
