// SPDX-License-Identifier: Apache-2.0
// Rules on hooks.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kAbsolute[] = {"oci-runtime/config/hooks/path-absolute"};
constexpr std::string_view kTimeout[] = {"oci-runtime/config/hooks/timeout-positive"};
constexpr std::string_view kDeprecated[] = {"oci-runtime/config/hooks/prestart/deprecated"};
constexpr const char* kKinds[] = {"prestart",       "createRuntime", "createContainer",
                                  "startContainer", "poststart",     "poststop"};

void ForEachHook(const RuleInput& input,
                 const std::function<void(const Json&, const std::string&)>& visit) {
  for (const char* kind : kKinds) ForEach(input.config, std::string("/hooks/") + kind, visit);
}

void CheckAbsolute(const RuleInput& input, Reporter& reporter) {
  ForEachHook(input, [&](const Json& hook, const std::string& pointer) {
    const auto path = String(hook, "path");
    if (path && !path->starts_with('/'))
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not an absolute path",
                      "begin it with /");
  });
}

void CheckTimeout(const RuleInput& input, Reporter& reporter) {
  ForEachHook(input, [&](const Json& hook, const std::string& pointer) {
    const auto timeout = Integer(hook, "timeout");
    if (timeout && *timeout <= 0)
      reporter.Report(Join(pointer, "timeout"),
                      "a timeout of " + Text(*timeout) + " s lets no hook finish",
                      "give whole seconds above zero, or leave it out");
  });
}

void CheckDeprecated(const RuleInput& input, Reporter& reporter) {
  const Json* hooks = At(input.config, "/hooks/prestart");
  if (hooks != nullptr && !hooks->empty())
    reporter.Report("/hooks/prestart", "prestart is deprecated",
                    "use createRuntime, createContainer or startContainer");
}

void CheckUnknownKinds(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/hooks",
                [&](const std::string& kind, const Json&, const std::string& pointer) {
                  if (std::find(std::begin(kKinds), std::end(kKinds), kind) == std::end(kKinds))
                    reporter.Report(pointer, "\"" + kind + "\" is no kind of hook: nobody runs it",
                                    "use one of the six kinds of the standard");
                });
}

constexpr Rule kRules[] = {
    {"config/hooks/path-absolute", "the path of a hook is absolute", Level::kMust, kAbsolute,
     CheckAbsolute},
    {"config/hooks/timeout-positive", "the timeout of a hook is above zero", Level::kMust, kTimeout,
     CheckTimeout},
    {"config/hooks/prestart-deprecated", "prestart is not used any more", Level::kShould,
     kDeprecated, CheckDeprecated},
    {"config/hooks/kind-known",
     "every kind of hook is one that is run",
     Level::kShould,
     {},
     CheckUnknownKinds},
};

}  // namespace

RuleArea HooksRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
