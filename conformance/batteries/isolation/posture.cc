// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/posture.h"

#include <algorithm>

namespace loadline::conformance::isolation {

using nlohmann::json;

json At(const json& document, const char* pointer) {
  const json::json_pointer place(pointer);
  return document.contains(place) ? document.at(place) : json();
}

json Or(json value, json fallback) { return value.is_null() ? fallback : value; }

json Sorted(json list) {
  if (list.is_array()) std::sort(list.begin(), list.end());
  return list;
}

bool Contains(const json& list, const json& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

bool HasNamespace(const Circumstances& c, const std::string& type) {
  const json namespaces = At(c.config, "/linux/namespaces");
  return std::any_of(namespaces.begin(), namespaces.end(),
                     [&](const json& entry) { return entry.value("type", "") == type; });
}

json SeenAt(const Circumstances& c, const std::string& path) {
  const json paths = At(c.probe, "/paths");
  return paths.is_object() ? paths.value(path, json::object()) : json::object();
}

std::vector<Fact> AllFacts() {
  std::vector<Fact> facts;
  for (auto* area :
       {NamespaceFacts, ReachFacts, PrivilegeFacts, FilterFacts, CallFacts, MountFacts,
        FilesystemFacts, DeviceFacts, ProcessFacts, LimitFacts, HostFacts, SamenessFacts}) {
    for (const Fact& fact : area()) facts.push_back(fact);
  }
  return facts;
}

Comparison CompareFact(const Fact& fact, const Circumstances& circumstances) {
  Comparison comparison;
  if (!fact.IsAbout(circumstances.exec)) return comparison;
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
      std::all_of(comparison.seen.begin(), comparison.seen.end(),
                  [&](const json& element) { return Contains(comparison.expected, element); });
  return comparison;
}

}  // namespace loadline::conformance::isolation
