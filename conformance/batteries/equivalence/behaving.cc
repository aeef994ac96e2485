// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/behaving.h"

#include <utility>

#include "validator/names/kernel_names.h"

namespace loadline::conformance::equivalence {

using nlohmann::json;

json AskFor(const std::string& area, const std::string& name) {
  return {{"tell", "behave"}, {"area", area}, {"name", name}};
}

Result<std::string> AnswerOf(Result<json> answer) {
  if (!answer) return std::move(answer).error();
  if (answer->contains("behaved")) return (*answer)["behaved"].get<std::string>();
  return Failure("the probe does not know this behaviour: " + answer->dump());
}

std::string CallsOf(Native& native, const std::string& area, const std::string& name) {
  json message = AskFor(area, name);
  message["calls"] = true;
  const Result<json> answer = native.Tell(message);
  if (!answer || !answer->contains("calls")) return "";
  std::string names;
  for (const json& number : (*answer)["calls"]) {
    const std::string call = validator::SystemCallOf(number.get<long>());
    if (!call.empty()) names += (names.empty() ? "" : ", ") + call;
  }
  return names;
}

}  // namespace loadline::conformance::equivalence
