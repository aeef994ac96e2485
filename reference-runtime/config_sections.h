// SPDX-License-Identifier: Apache-2.0
// The parts of config.json, each read by a file of its own: for config.cc alone. Every reader
// throws Unsupported (config_values.h) or an exception of nlohmann, which ReadConfig catches.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "reference-runtime/config.h"

namespace loadline::runtime {

// An optional object or array; an empty one when it is absent or null.
const nlohmann::json& Child(const nlohmann::json& object, const char* key);
// What is read later, by the stage that it is for; nothing when it is absent or null.
std::shared_ptr<const nlohmann::json> Keep(const nlohmann::json& object, const char* key);
// A list of numbers and ranges, as a set; empty when there is none. `where` is the object's place.
NumberSet ReadNumbers(const nlohmann::json& object, const char* key, const char* where);

// config_process.cc
ProcessSpec ReadProcess(const nlohmann::json& process, Config& config);

// config_linux.cc
std::vector<IdMapping> ReadMappings(const nlohmann::json& list);
LinuxSpec ReadLinux(const nlohmann::json& section);
// The rules between namespaces and the properties that need them.
void CheckNamespaces(const Config& config);

// config_host.cc: what only some hosts have
void ReadHostProperties(const nlohmann::json& section, LinuxSpec& spec);

}  // namespace loadline::runtime
