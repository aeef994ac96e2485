// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/platforms.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"

namespace loadline::validator {

bool IsForWindows(const nlohmann::json& config) {
  return At(config, "/windows") != nullptr && At(config, "/linux") == nullptr;
}

bool IsForLinux(const nlohmann::json& config) {
  static constexpr const char* kOthers[] = {"/windows", "/solaris", "/freebsd", "/zos"};
  return At(config, "/linux") != nullptr ||
         std::none_of(std::begin(kOthers), std::end(kOthers),
                      [&](const char* other) { return At(config, other) != nullptr; });
}

bool IsAbsolutePath(const nlohmann::json& config, std::string_view path) {
  if (!IsForWindows(config)) return path.starts_with('/');
  const bool has_drive =
      path.size() > 2 && std::isalpha(static_cast<unsigned char>(path[0])) != 0 && path[1] == ':';
  if (has_drive) path.remove_prefix(2);
  return path.starts_with('\\') || path.starts_with('/');
}

const char* HowToBeginPath(const nlohmann::json& config) {
  return IsForWindows(config) ? R"(begin it with a drive, as in C:\data)" : "begin it with /";
}

void ReportRelativeDestinations(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/mounts", [&](const nlohmann::json& mount, const std::string& pointer) {
    const auto destination = String(mount, "destination");
    if (destination && !destination->empty() && !IsAbsolutePath(input.config, *destination))
      reporter.Report(Join(pointer, "destination"),
                      "\"" + *destination + "\" is not an absolute path",
                      HowToBeginPath(input.config));
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
