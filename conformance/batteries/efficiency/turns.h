// SPDX-License-Identifier: Apache-2.0
// Turns: a container and its native twin do the same one after the other, with a second twin that
// shows what the machine makes of the same; and how long each takes.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include "conformance/batteries/native.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::efficiency {

enum class Side { kNative, kContained, kNativeAgain };
inline constexpr std::array<Side, 3> kSides = {Side::kNative, Side::kContained, Side::kNativeAgain};

// Something of each side.
template <class T>
struct Sides {
  T native{};
  T contained{};
  T native_again{};
  T& operator[](Side side) {
    return side == Side::kContained ? contained : side == Side::kNative ? native : native_again;
  }
};

// They go round, so that nobody follows himself and finds the caches as he left them.
inline std::array<Side, 3> Turns(size_t first, bool backwards) {
  const size_t step = backwards ? 2 : 1;
  return {kSides[first % 3], kSides[(first + step) % 3], kSides[(first + 2 * step) % 3]};
}

// Those of a round: six rounds have all orders, so that nobody follows the same one always.
inline std::array<Side, 3> TurnsOf(size_t round) { return Turns(round, round % 2 == 1); }

inline double MillisecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

// The twin of a bundle. An error is one of ours.
inline Result<Native> StartTwin(const Rig& rig, const Container& twin) {
  return Native::Start(rig, {"twin", twin.bundle});
}

}  // namespace loadline::conformance::efficiency
