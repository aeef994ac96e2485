// SPDX-License-Identifier: Apache-2.0
// The operations that go wrong, as data.
#pragma once

#include <string>
#include <vector>

namespace loadline::conformance::faults {

struct Operation {
  std::string verb;
  std::vector<std::string> before;         // the calls that make what it works on
  std::vector<std::string> after_success;  // the status that the container may have then
  std::vector<std::string> after_error;    // "none": nobody knows it
  std::vector<std::string> needs;
};

// One for each run of the battery.
const std::vector<Operation>& Operations();

}  // namespace loadline::conformance::faults
