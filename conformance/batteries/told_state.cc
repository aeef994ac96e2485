// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/told_state.h"

#include "conformance/harness/strict_json.h"

namespace loadline::conformance {

ToldState ReadState(std::string_view output) {
  const nlohmann::json document = ParseForeign(output);
  ToldState state{"nothing that is a state"};
  if (!document.is_object()) return state;
  const auto status = document.find("status");
  if (status != document.end() && status->is_string()) state.status = status->get<std::string>();
  const auto pid = document.find("pid");
  if (pid != document.end() && pid->is_number_integer()) state.pid = pid->get<pid_t>();
  return state;
}

}  // namespace loadline::conformance
