// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/verbs/verbs.h"

#include <gtest/gtest.h>

#include "reference-runtime/command_line_tables.h"

namespace loadline::runtime {
namespace {

TEST(Verbs, EveryOperationHasOne) {
  for (const Operation& operation : Operations())
    EXPECT_NE(FindVerb(std::string(operation.name)), nullptr) << operation.name;
  EXPECT_EQ(FindVerb("nothing"), nullptr);
}

TEST(Verbs, EveryOptionIsOfAnOperation) {
  for (const Option& option : Options()) {
    std::string_view rest = option.operations;
    while (!rest.empty()) {
      const size_t blank = rest.find(' ');
      EXPECT_NE(FindVerb(std::string(rest.substr(0, blank))), nullptr) << option.name;
      rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    }
  }
}

}  // namespace
}  // namespace loadline::runtime
