// SPDX-License-Identifier: Apache-2.0
// What else the machine did while something was measured: for whoever reads the figures.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace loadline::conformance::efficiency {

// From its constructor on.
class Conditions {
 public:
  Conditions();
  // {"stolenShare", "stolenTicks", "load", "pressure"}: the part of the processors' time that
  // other machines took, the load average, and the share of time that processes waited for a
  // processor (null where the kernel does not tell).
  nlohmann::json ToJson() const;

 private:
  int64_t stolen_ = 0;
  int64_t all_ = 0;
};

}  // namespace loadline::conformance::efficiency
