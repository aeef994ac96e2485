// SPDX-License-Identifier: Apache-2.0
// Shard: one of N parts of a set of named things, the same on every machine.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::conformance {

struct Shard {
  int number = 1;  // from 1 to `count`
  int count = 1;

  // "I/N" with 1 <= I <= N; empty text is the whole.
  static Result<Shard> Parse(const std::string& text);
  bool Has(std::string_view name) const;
};

}  // namespace loadline::conformance
