// SPDX-License-Identifier: Apache-2.0
// Judges a sample of what was certified again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/certificates/checks.h"
#include "reports/model.h"

namespace loadline::cli {

struct Sample {
  std::vector<std::string> ids;  // of results, as certified
  uint64_t seed = 0;
};

// `count` of the results that judged; the same ones for the same seed.
Result<Sample> DrawSample(const reports::certificates::Certificate& certificate, int count,
                          uint64_t seed);

// What the certified verdicts say to those of a report on the sample: a line for each that differs,
// unless its deviation is known to come and go. `judged` is how many the report judged at all.
reports::certificates::Findings CompareVerdicts(
    const reports::certificates::Certificate& certificate, const Sample& sample,
    const reports::Report& report, int& judged);

// Runs the sample against the candidate (needs what certify needs). kNotAsked when this host could
// judge none of it.
Result<reports::certificates::Findings> Rerun(const reports::certificates::Certificate& certificate,
                                              const std::string& candidate, const Sample& sample);

// Of the kernel.
uint64_t RandomSeed();

}  // namespace loadline::cli
