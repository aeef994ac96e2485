// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/posture.h"

#include <algorithm>

namespace loadline::conformance::isolation {

using nlohmann::json;

json At(const json& document, const char* pointer) {
  const json::json_pointer place(pointer);
  return document.contains(place) ? document.at(place) : json();
}

json Sorted(json list) {
  if (list.is_array()) std::sort(list.begin(), list.end());
  return list;
}

std::vector<Fact> AllFacts() {
  std::vector<Fact> facts;
  for (auto* area : {NamespaceFacts, PrivilegeFacts, FilesystemFacts, ProcessFacts, LimitFacts}) {
    for (const Fact& fact : area()) facts.push_back(fact);
  }
  return facts;
}

Comparison CompareFact(const Fact& fact, const Circumstances& circumstances) {
  Comparison comparison;
  comparison.expected = fact.expected(circumstances);
  if (comparison.expected.is_null()) return comparison;
  comparison.judged = true;
  comparison.seen = fact.seen(circumstances);
  if (comparison.seen.is_null()) {
    comparison.visible = false;
    return comparison;
  }
  if (fact.match == Match::kExact) {
    comparison.holds = comparison.seen == comparison.expected;
    return comparison;
  }
  comparison.holds =
      std::all_of(comparison.seen.begin(), comparison.seen.end(), [&](const json& element) {
        return std::find(comparison.expected.begin(), comparison.expected.end(), element) !=
               comparison.expected.end();
      });
  return comparison;
}

}  // namespace loadline::conformance::isolation
