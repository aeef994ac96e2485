// SPDX-License-Identifier: Apache-2.0
// Stopper: stops the candidate's processes at random moments and lets them go on, as a machine does
// that has better things to do.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace loadline::conformance::timing {

class Stopper {
 public:
  // Works from a thread of its own until the end of its life; then all go on. Left alone is what
  // executes the probe (payloads, hooks), and who is traced: a stop would be his tracer's to judge.
  static Result<Stopper> Start(uint64_t seed);
  Stopper(Stopper&&) noexcept;
  Stopper& operator=(Stopper&&) noexcept;
  ~Stopper();

  int stops() const;  // so far

 private:
  class Service;
  explicit Stopper(std::unique_ptr<Service> service);
  std::unique_ptr<Service> service_;
};

}  // namespace loadline::conformance::timing
