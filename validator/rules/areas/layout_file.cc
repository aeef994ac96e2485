// SPDX-License-Identifier: Apache-2.0
// Rules on the file oci-layout (image-spec image-layout.md).
#include <nlohmann/json.hpp>

#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

void CheckVersion(const RuleInput& input, Reporter& reporter) {
  const auto version = StringAt(input.config, "/imageLayoutVersion");
  if (version && *version != "1.0.0")
    reporter.Report("/imageLayoutVersion", "\"" + *version + "\" is no version of the layout",
                    "the layout has not changed since 1.0.0, whatever the images in it");
}

constexpr std::string_view kLayoutVersionCited[] = {
    "oci-image/image-layout/oci-layout/version-of-layout"};

constexpr Rule kRules[] = {
    {"oci-layout/version", "the layout is one of 1.0.0", Level::kMust, kLayoutVersionCited,
     CheckVersion},
};

}  // namespace

RuleArea LayoutFileRules() { return {SubjectType::kLayoutFile, kRules}; }

}  // namespace loadline::validator
