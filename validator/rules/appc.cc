// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/appc.h"

#include <nlohmann/json.hpp>
#include <set>

#include "validator/rules/access.h"

namespace loadline::validator {

using Json = nlohmann::json;

void ForEachApp(const RuleInput& input,
                const std::function<void(const Json&, const std::string&)>& visit) {
  for (const char* place : {"/app", "/apps/*/app"}) ForEachAt(input.config, place, visit);
}

void CheckUnique(const Json& document, const std::string& list, const char* key, const char* what,
                 Reporter& reporter) {
  std::set<std::string> known;
  ForEach(document, list, [&](const Json& element, const std::string& pointer) {
    const auto name = String(element, key);
    if (name && !known.insert(*name).second)
      reporter.Report(pointer + "/" + key, "a second " + std::string(what) + " \"" + *name + "\"",
                      "keep the one that is meant");
  });
}

}  // namespace loadline::validator
