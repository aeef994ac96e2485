// SPDX-License-Identifier: Apache-2.0
// Many containers at once, with twice as many native twins among them, so that what a machine does
// to all of them in the meantime falls out of every figure.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/batteries/efficiency/turns.h"

namespace loadline::conformance::efficiency {

// What each keeps of memory, in bytes and in order, by how many there are.
using BytesAmong = std::map<size_t, std::vector<double>>;

struct Many {
  Sides<std::vector<double>> milliseconds;  // that each start took, in order
  Sides<BytesAmong> bytes;
  BytesAmong bytes_of_runtime;  // the part of the containers' that is not their program's
  std::string stopped;          // why there are no more, when there are fewer than were wanted
  std::optional<Error> failed;  // what the candidate did with the next one, when that is why

  bool Reached(size_t count) const { return bytes.contained.contains(count); }
};

// Launches as many as the last of the counts and weighs them at each; fewer when time or memory do
// not last until the next count. They are gone when it returns. An error is one of ours.
Result<Many> LaunchMany(Rig& rig, std::span<const size_t> counts, std::chrono::seconds time);

}  // namespace loadline::conformance::efficiency
