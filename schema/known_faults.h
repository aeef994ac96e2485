// SPDX-License-Identifier: Apache-2.0
// The faults that runtimes are known to have had (faults/known.json), and the checks that would
// notice each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadline::schema {

struct KnownFault {
  std::string id;                     // "CVE-2024-21626"
  std::string title;                  // in our own words
  std::vector<std::string> runtimes;  // that had it
  std::vector<std::string> checks;    // ids of those that it would fail
  // Ids of those that have to pass for a failure to mean anything: who does not mask at all cannot
  // be deceived while masking.
  std::vector<std::string> given;
};

// All of them, sorted by id. A list that cannot be read ends the program: the build is broken.
const std::vector<KnownFault>& KnownFaults();

}  // namespace loadline::schema
