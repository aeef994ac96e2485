// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/mount_destinations.h"

#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"

namespace loadline::validator {

void ReportRelativeDestinations(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/mounts", [&](const nlohmann::json& mount, const std::string& pointer) {
    const auto destination = String(mount, "destination");
    if (destination && !destination->empty() && !destination->starts_with('/'))
      reporter.Report(Join(pointer, "destination"),
                      "\"" + *destination + "\" is not an absolute path", "begin it with /");
  });
}

void ReportRelativeDestinationsOn(const char* platform, const RuleInput& input,
                                  Reporter& reporter) {
  const bool alone =
      At(input.config, Join("", platform)) != nullptr && At(input.config, "/linux") == nullptr;
  if (alone && schema::SpecVersion{1, 2, 0, ""} <= input.version)
    ReportRelativeDestinations(input, reporter);
}

}  // namespace loadline::validator
