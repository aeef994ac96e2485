// SPDX-License-Identifier: Apache-2.0
// What a config.json is for, and what rules have to know of it: paths differ.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "validator/rules/rule.h"

namespace loadline::validator {

// Windows alone: with a section of Linux too, it is a container of Linux on Windows.
bool IsForWindows(const nlohmann::json& config);
// Linux, and what names no platform at all.
bool IsForLinux(const nlohmann::json& config);

// Whether a path begins at a root of that platform: "/data", or "C:\data" and "\data" on Windows.
bool IsAbsolutePath(const nlohmann::json& config, std::string_view path);
// The way out for one that does not.
const char* HowToBeginPath(const nlohmann::json& config);

// Reports every mount destination that is not absolute.
void ReportRelativeDestinations(const RuleInput& input, Reporter& reporter);
// The same for a configuration of one platform alone, from 1.2.0 on: up to 1.1.0 it is a finding of
// config/mounts/destination-absolute.
void ReportRelativeDestinationsOn(const char* platform, const RuleInput& input, Reporter& reporter);

}  // namespace loadline::validator
