// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/observe.h"

#include <nlohmann/json.hpp>

namespace loadline::probe {

nlohmann::json Observe(const nlohmann::json& request) {
  nlohmann::json probe;
  probe["unavailable"] = nlohmann::json::object();
  ObserveProcess(probe);
  ObserveIdentity(probe);
  ObserveLimits(probe);
  ObserveNamespaces(probe);
  ObserveMounts(probe);
  ObserveNetwork(probe);
  ObserveTerminal(probe);
  ObserveSurroundings(probe);
  const auto each = [&](const char* key, auto&& look) {
    if (!request.is_object() || !request.contains(key)) return;
    for (const std::string name : request[key]) probe[key][name] = look(name);
  };
  each("paths", ObservePath);
  each("sysctls", ObserveSysctl);
  each("syscalls", TrySystemCall);
  each("attempts", TryAttempt);
  return probe;
}

}  // namespace loadline::probe
