// SPDX-License-Identifier: Apache-2.0
// Rules on what a configuration's annotations say of the image that it was made from (config.md).
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

// The image standard allows any text but an empty one for most of them.
bool IsAllowed(std::string_view name, const std::string& value) {
  if (name == "created") return Follows("timestamp", value);
  if (name == "stopSignal") return value.empty() || Follows("signal", value);
  return !value.empty() || (name != "os" && name != "architecture");
}

void CheckValues(const RuleInput& input, Reporter& reporter) {
  for (const char* name : {"os", "os.version", "os.features", "architecture", "variant", "author",
                           "created", "stopSignal"}) {
    const std::string pointer =
        Join("/annotations", std::string("org.opencontainers.image.") + name);
    const auto value = StringAt(input.config, pointer);
    if (value && !IsAllowed(name, *value))
      reporter.Report(pointer, "\"" + *value + "\" is no value of an image's " + name,
                      "copy what the image's configuration says, or remove it");
  }
}

constexpr std::string_view kImageAnnotationsValueCited[] = {
    "oci-runtime/config/annotations/image-architecture",
    "oci-runtime/config/annotations/image-author",
    "oci-runtime/config/annotations/image-created",
    "oci-runtime/config/annotations/image-os",
    "oci-runtime/config/annotations/image-os-features",
    "oci-runtime/config/annotations/image-os-version",
    "oci-runtime/config/annotations/image-stop-signal",
    "oci-runtime/config/annotations/image-variant"};

constexpr Rule kRules[] = {
    {"config/image-annotations/value", "what is said of the image could be said in an image",
     Level::kMust, kImageAnnotationsValueCited, CheckValues},
};

}  // namespace

RuleArea ImageAnnotationsRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
