// SPDX-License-Identifier: Apache-2.0
// What `loadline verify` found of one certificate, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "reports/certificates/certificate.h"
#include "reports/certificates/checks.h"

namespace loadline::cli {

struct Verification {
  std::string name;  // of the file, or where in a layout
  reports::certificates::Findings findings;
  // Nothing when its signatures do not hold: nobody vouches for what it says, then.
  std::optional<reports::certificates::Certificate> certificate;
  bool foreign = false;   // no certificate, but a statement of somebody else's beside one
  bool unjudged = false;  // this host could not repeat the sample

  bool Valid() const { return certificate && !AnyFails(findings); }
};

std::string ToText(const Verification& verification, bool verbose);
// "VALID: …" or "NOT VALID: …".
std::string LastLine(const Verification& verification);
nlohmann::ordered_json ToJson(const Verification& verification);

}  // namespace loadline::cli
