// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/memory_use.h"

namespace loadline::conformance::control {

using nlohmann::json;

json MemoryAlone(const Rig& rig, int64_t limit) {
  json memory = {{"limit", limit}};
  // config.json counts memory and swap together, in either layout.
  if (Has(rig, Figure::kSwapLimit)) memory["swap"] = limit;
  return {{"memory", memory}};
}

Result<std::string> Touch(Rig& rig, Container& container, int64_t bytes) {
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, {{"tell", "touch"}, {"bytes", bytes}}));
  return answer.value("touched", "no answer");
}

Result<std::string> Hold(Rig& rig, Container& container, int64_t bytes) {
  ASSIGN_OR_RETURN(const json answer, rig.Tell(container, {{"tell", "hold"}, {"bytes", bytes}}));
  return answer.value("held", "no answer");
}

bool Stopped(const std::string& end) { return end == "SIGKILL" || end == "ENOMEM"; }

}  // namespace loadline::conformance::control
