// SPDX-License-Identifier: Apache-2.0
// What a report says of how it came about.
#pragma once

#include <string>
#include <vector>

#include "conformance/batteries/battery.h"
#include "conformance/certify.h"

namespace loadline::conformance {

// The probe beside this program.
std::string ProbePath();

// This moment, RFC 3339 in UTC.
std::string Now();

reports::Run DescribeRun(const CertifyOptions& options, const std::vector<Battery>& batteries);

}  // namespace loadline::conformance
