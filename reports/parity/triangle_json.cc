// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/triangle_json.h"

#include <nlohmann/json.hpp>

#include "reports/parity/triangle.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

Json IdsOf(const std::vector<size_t>& rows, const Comparison& comparison) {
  Json ids = Json::array();
  for (const size_t row : rows) ids.push_back(comparison.rows[row].id);
  return ids;
}

Json SharesToJson(const std::vector<PropertyCell>& cells, const Comparison& comparison) {
  Json json = Json::object();
  for (size_t i = 0; i < cells.size(); ++i) {
    const PropertyCell& cell = cells[i];
    Json one = {{"passed", cell.passed},
                {"failed", cell.failed},
                {"warned", cell.warned},
                {"unsure", cell.unsure},
                {"left", cell.left}};
    if (cell.overall)
      one["overall"] = {
          {"ratio", cell.overall->ratio}, {"low", cell.overall->low}, {"high", cell.overall->high}};
    json[comparison.names[i]] = std::move(one);
  }
  return json;
}

Json AxisToJson(const TriangleAxis& axis, const Comparison& comparison) {
  Json json = {{"name", ToText(axis.axis)},
               {"question", QuestionOf(axis.axis)},
               {"candidates", SharesToJson(axis.cells, comparison)},
               {"parts", Json::array()}};
  for (const TrianglePart& part : axis.parts)
    json["parts"].push_back({{"name", part.name},
                             {"checks", IdsOf(part.rows, comparison)},
                             {"candidates", SharesToJson(part.cells, comparison)}});
  return json;
}

Json PairingToJson(const Pairing& pairing, const Comparison& comparison) {
  Json json = {{"one", comparison.names[pairing.one]},
               {"other", comparison.names[pairing.other]},
               {"trade", pairing.IsTrade()},
               {"differences", Json::array()}};
  for (const PartDifference& difference : pairing.differences)
    json["differences"].push_back({{"axis", ToText(difference.axis)},
                                   {"part", difference.part},
                                   {"ahead", IdsOf(difference.ahead, comparison)},
                                   {"behind", IdsOf(difference.behind, comparison)}});
  return json;
}

}  // namespace

Json TriangleToJson(const Comparison& comparison) {
  const Triangle triangle = TriangleOf(comparison);
  Json json = {{"axes", Json::array()}, {"pairings", Json::array()}};
  for (const TriangleAxis& axis : triangle.axes)
    json["axes"].push_back(AxisToJson(axis, comparison));
  for (const Pairing& pairing : triangle.pairings)
    json["pairings"].push_back(PairingToJson(pairing, comparison));
  return json;
}

}  // namespace loadline::reports
