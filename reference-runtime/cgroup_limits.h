// SPDX-License-Identifier: Apache-2.0
// linux.resources, divided between cgroup v1 and v2, and written to either.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {

// The resources by the version that has to keep them. Each part looks like linux.resources.
struct ResourceParts {
  nlohmann::json v1 = nlohmann::json::object();
  nlohmann::json v2 = nlohmann::json::object();
  std::vector<std::string> controllers;  // of v2, that its part needs
};

// A property goes to the v1 hierarchy of its controller; without one, to the tree of v2.
Result<ResourceParts> SplitResources(const std::vector<Hierarchy>& hierarchies,
                                     const nlohmann::json& resources);

Result<void> WriteV1Limits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                           const nlohmann::json& resources);
// `directory` is the group itself.
Result<void> WriteV2Limits(const std::string& directory, const nlohmann::json& resources);

// "8:0 ", as the lines about one device begin.
std::string DeviceNumbers(const nlohmann::json& entry);
// A page size becomes part of a file's name, so it must not lead elsewhere.
Result<std::string> PageSize(const nlohmann::json& entry);
// "mlx5_0 hca_handle=3 hca_object=10000" for each device.
std::vector<std::string> RdmaLines(const nlohmann::json& resources);

}  // namespace loadline::runtime
