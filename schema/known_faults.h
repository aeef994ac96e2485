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
  std::vector<std::string> checks;    // ids of checks, or of what all ids of an area begin with

  // Whether a result with this id ("check@spec+via") says something of the fault.
  bool IsJudgedBy(std::string_view result_id) const;
};

// All of them, sorted by id. A list that cannot be read ends the program: the build is broken.
const std::vector<KnownFault>& KnownFaults();

}  // namespace loadline::schema
