// SPDX-License-Identifier: Apache-2.0
// Candidate: a profile together with what the program itself says of its version and features.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/cell.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

struct Candidate {
  Profile profile;
  std::string version;        // as it prints it; empty when it does not
  std::string features_text;  // its answer to `features`; empty when it has none
  nlohmann::json features;    // the document, or null
  std::string spec_max;       // newest version that it declares; empty: none declared
};

// Asks the program, in a cell; an answer may take `step_time`. A program that does not answer is no
// error: less is known, then. kUnreadable when the kernel will not run it.
Result<Candidate> AskCandidate(Profile profile, const std::vector<Hierarchy>& hierarchies,
                               const CellView& view, std::chrono::milliseconds step_time);

// The version to judge by: `wanted` if it is one of the ledger's, else the newest that the
// candidate declares to know. EINVAL for an unknown one.
Result<std::string> ChooseSpec(const std::string& wanted, const std::string& spec_max);

// The first thing in a text that looks like a version; empty when there is none.
std::string FindVersion(const std::string& text);

}  // namespace loadline::conformance
