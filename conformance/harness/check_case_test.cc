// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/check_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using testing::HasSubstr;

// A case whose control alone makes a process that is called "peer".
Json Declaration() {
  const Json control = {{"fixtures", {{{"make", "process"}, {"name", "peer"}}}}};
  return {{"id", "x/y"},
          {"title", "t"},
          {"requirements", {"oci-runtime/config-linux/namespaces/new-when-no-path"}},
          {"steps", {{{"do", "create"}, {"fails", true}, {"control", control}}}}};
}

std::string ErrorOf(const Json& declaration) {
  const auto cases = ParseCase(declaration);
  if (!cases) return "not read: " + cases.error().ToLine();
  const auto checked = CheckCase(cases->front());
  return checked ? "" : checked.error().ToLine();
}

TEST(CheckCase, WhatAControlMakesHasANameInIt) {
  Json declaration = Declaration();
  declaration["steps"][0]["control"]["config"] = {{"hostname", "${pid.peer}"}};
  EXPECT_EQ(ErrorOf(declaration), "");
}

TEST(CheckCase, WhatAControlMakesHasNoNameOutsideOfIt) {
  Json declaration = Declaration();
  declaration["config"] = {{"hostname", "${pid.peer}"}};
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("nothing is known as ${pid.peer}"));

  declaration = Declaration();
  declaration["steps"].push_back({{"do", "create"},
                                  {"fails", true},
                                  {"control", {{"config", {{"hostname", "${pid.peer}"}}}}}});
  EXPECT_THAT(ErrorOf(declaration), HasSubstr("/steps/1/control/config/hostname"));
}

}  // namespace
}  // namespace loadline::conformance
