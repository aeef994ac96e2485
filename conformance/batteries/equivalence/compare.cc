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

// The first thing that is said: what follows in an answer depends on it.
bool IsRefusal(const std::string& answer) {
  return answer.starts_with("EPERM") || answer.starts_with("EACCES");
}

bool Declares(const std::string& declared_by, const std::string& container, const json& config) {
  if (declared_by.empty() || declared_by == probe::kOfTheKernel) return false;
  if (IsOfTheHost(declared_by) && HasNamespace(config, "user")) return true;
  if (declared_by.starts_with("CAP_")) return !Grants(config, declared_by) && IsRefusal(container);
  if (declared_by.starts_with("namespace:")) return HasNamespace(config, declared_by.substr(10));
  return config.contains(json::json_pointer(declared_by));
}

}  // namespace

Difference Compare(const std::string& declared_by, const std::string& native,
                   const std::string& container, const json& config) {
  Difference difference;
  difference.equal = native == container;
  if (difference.equal) return difference;
  difference.declared = Declares(declared_by, container, config);
  if (!difference.declared)
    difference.message =
        "natively " + json(native).dump() + ", in the container " + json(container).dump();
  return difference;
}

}  // namespace loadline::conformance::equivalence
