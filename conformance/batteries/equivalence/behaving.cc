// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/behaving.h"

#include <utility>

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

}  // namespace loadline::conformance::equivalence
