// SPDX-License-Identifier: Apache-2.0
// The two sides of a message that says "PLACE: expected X, seen Y".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loadline::reports {

struct Sides {
  std::string place;
  std::string expected;
  std::string seen;
};

// None when the message says anything else, or more than one such thing: it is then shown as it is.
std::optional<Sides> ExpectedAndSeen(std::string_view message);

}  // namespace loadline::reports
