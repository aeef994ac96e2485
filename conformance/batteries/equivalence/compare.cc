// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/compare.h"

#include <algorithm>

#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

bool Grants(const json& config, const std::string& capability) {
  const json::json_pointer place("/process/capabilities/effective");
  if (!config.contains(place)) return true;
  const json& granted = config[place];
  return std::find(granted.begin(), granted.end(), capability) != granted.end();
}

// Capabilities that the kernel wants on the host itself: in a user namespace they grant nothing.
bool IsOfTheHost(const std::string& capability) {
  return capability == "CAP_MKNOD" || capability == "CAP_FSETID";
}

bool HasNamespace(const json& config, const std::string& type) {
  const json namespaces = config.value(json::json_pointer("/linux/namespaces"), json::array());
  return std::any_of(namespaces.begin(), namespaces.end(),
                     [&](const json& entry) { return entry.value("type", "") == type; });
}

bool Declares(const std::string& declared_by, const json& config) {
  if (declared_by.empty() || declared_by == probe::kOfTheKernel) return false;
  if (declared_by.starts_with("namespace:")) return HasNamespace(config, declared_by.substr(10));
  return config.contains(json::json_pointer(declared_by));
}

}  // namespace

bool IsCapability(const std::string& property) { return property.starts_with("CAP_"); }

bool IsMissingCapability(const std::string& property, const json& config) {
  if (!IsCapability(property)) return false;
  return !Grants(config, property) || (IsOfTheHost(property) && HasNamespace(config, "user"));
}

json CapabilitiesOfUse(const json& config) {
  json capabilities = config.value(json::json_pointer("/process/capabilities"), json::object());
  for (json& set : capabilities) {
    json of_use = json::array();
    for (const json& name : set) {
      if (!IsMissingCapability(name, config)) of_use.push_back(name);
    }
    set = std::move(of_use);
  }
  return capabilities;
}

Difference Compare(const std::string& declared_by, const std::string& native,
                   const std::string& container, const json& config,
                   const std::optional<std::string>& confined) {
  Difference difference;
  difference.equal = native == container;
  if (difference.equal) return difference;
  difference.declared = IsCapability(declared_by)
                            ? IsMissingCapability(declared_by, config) && confined == container
                            : Declares(declared_by, config);
  if (difference.declared) return difference;
  difference.message = "natively " + json(native).dump();
  if (confined)
    difference.message += " (without " + declared_by + " " + json(*confined).dump() + ")";
  difference.message += ", in the container " + json(container).dump();
  return difference;
}

}  // namespace loadline::conformance::equivalence
