// SPDX-License-Identifier: Apache-2.0
// Work that goes on for longer than a scheduler lets anybody run who may not: who gets a part of
// the processor alone has it for the moment that another workload takes, and not for this one.
#include "conformance/probe/workload.h"

namespace loadline::probe {
namespace {

constexpr int kSteps = 20000;  // in one turn
constexpr double kLong = 60;   // milliseconds: several periods of any usual limit

bool CountOn(int64_t count, Stopwatch&) {
  uint64_t value = 1974;
  for (int64_t i = 0; i < count * kSteps; ++i) {
    value = value * 6364136223846793005 + static_cast<uint64_t>(i);
    asm volatile("" : "+r"(value));
  }
  return true;
}

}  // namespace

WorkloadArea SustainedWorkloads() {
  return {"sustained",
          "the processor, for longer than a moment",
          {{"sustained", "counting for longer than a moment", 0.10,
            "a sample as long as this one meets others' work; who is held back is late by far more",
            CountOn, kLong}}};
}

}  // namespace loadline::probe
