// SPDX-License-Identifier: Apache-2.0
// Rules on features documents.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kOrder[] = {
    "oci-runtime/features/specification-version/max-not-below-min"};

void CheckVersions(const RuleInput& input, Reporter& reporter) {
  for (const char* pointer : {"/ociVersionMin", "/ociVersionMax"}) {
    const auto version = StringAt(input.config, pointer);
    if (version && !schema::SpecVersion::Parse(*version).has_value())
      reporter.Report(pointer, "\"" + *version + "\" is not a semantic version",
                      "write it like 1.2.0");
  }
}

void CheckOrder(const RuleInput& input, Reporter& reporter) {
  const auto oldest =
      schema::SpecVersion::Parse(StringAt(input.config, "/ociVersionMin").value_or(""));
  const auto newest =
      schema::SpecVersion::Parse(StringAt(input.config, "/ociVersionMax").value_or(""));
  if (oldest.has_value() && newest.has_value() && *newest < *oldest)
    reporter.Report("/ociVersionMax",
                    newest->ToText() + " is older than ociVersionMin, " + oldest->ToText(),
                    "exchange them");
}

void CheckHooks(const RuleInput& input, Reporter& reporter) {
  static constexpr std::string_view kKinds[] = {
      "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};
  ForEach(input.config, "/hooks", [&](const Json& name, const std::string& pointer) {
    if (name.is_string() && std::find(std::begin(kKinds), std::end(kKinds),
                                      name.get<std::string>()) == std::end(kKinds))
      reporter.Report(pointer, name.dump() + " is no kind of hook",
                      "use the names of the standard");
  });
}

constexpr Rule kRules[] = {
    {"features/semver", "both versions are semantic versions", Level::kMust, {}, CheckVersions},
    {"features/version-order", "the newest version is not older than the oldest", Level::kMust,
     kOrder, CheckOrder},
    {"features/hook-known",
     "every kind of hook is one of the standard",
     Level::kShould,
     {},
     CheckHooks},
};

}  // namespace

RuleArea FeaturesRules() { return {SubjectType::kFeatures, kRules}; }

}  // namespace loadline::validator
