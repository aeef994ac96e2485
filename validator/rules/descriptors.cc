// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/descriptors.h"

#include <nlohmann/json.hpp>

#include "validator/names/grammar.h"
#include "validator/rules/access.h"

namespace loadline::validator {

using Json = nlohmann::json;

void ForEachDescriptor(const RuleInput& input,
                       const std::function<void(const Json&, const std::string&)>& visit) {
  if (input.type == SubjectType::kDescriptor) visit(input.config, "");
  if (input.type != SubjectType::kIndex && input.type != SubjectType::kManifest) return;
  for (const char* one : {"/config", "/subject"}) {
    if (const Json* descriptor = At(input.config, one)) visit(*descriptor, one);
  }
  for (const char* many : {"/manifests", "/layers"}) ForEach(input.config, many, visit);
}

void ForEachAnnotations(const RuleInput& input,
                        const std::function<void(const Json&, const std::string&)>& visit) {
  if (input.type == SubjectType::kImageConfig) {
    if (const Json* labels = At(input.config, "/config/Labels")) visit(*labels, "/config/Labels");
    return;
  }
  if (const Json* own = At(input.config, "/annotations")) visit(*own, "/annotations");
  if (input.type == SubjectType::kDescriptor) return;
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    if (const Json* its = Get(descriptor, "annotations")) visit(*its, pointer + "/annotations");
  });
}

void CheckGrammar(const Json& document, const std::string& pointer, const char* grammar,
                  Reporter& reporter) {
  const auto text = StringAt(document, pointer);
  if (!text || Follows(grammar, *text)) return;
  const Grammar* expected = FindGrammar(grammar);
  reporter.Report(pointer, "\"" + *text + "\" is not " + std::string(expected->what),
                  "write it like " + std::string(expected->example));
}

}  // namespace loadline::validator
