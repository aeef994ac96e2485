// SPDX-License-Identifier: Apache-2.0
// Whether this host lets a user without rights make containers at all.
#pragma once

#include <string>

namespace loadline::conformance {

// What is missing, and how to get it; empty when nothing is. Changes nothing.
std::string WhyNotRootless();

}  // namespace loadline::conformance
