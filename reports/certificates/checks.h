// SPDX-License-Identifier: Apache-2.0
// The checks that make a certificate valid here and now. Each says what it found, in one line.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/certificates/certificate.h"

namespace loadline::reports::certificates {

enum class Outcome { kHolds, kFails, kNotAsked };
std::string_view ToText(Outcome outcome);  // "holds", "fails", "not asked"

struct Finding {
  std::string check;  // "signatures", "clock", "validity" …
  Outcome outcome = Outcome::kHolds;
  std::string message;
};
using Findings = std::vector<Finding>;

bool AnyFails(const Findings& findings);

// At least `threshold` different keys of these have signed, each signature of one of them is good,
// and there is no other, which a change would go unnoticed in (unless `others` are let be).
Findings CheckSignatures(const Envelope& envelope, const std::vector<PublicKey>& keys,
                         size_t threshold, bool others);

struct Clock {
  Moment now = 0;
  bool told = false;  // somebody said so; otherwise it is this machine's
  Moment built = 0;   // when this program was; 0: unknown
};
Findings CheckValidity(const Certificate& certificate, const Clock& clock);

// This machine, as reports name it.
struct Machine {
  std::string kernel;
  std::string architecture;
  std::string cgroup;
};
Findings CheckMachine(const Certificate& certificate, const Machine& machine);

// The files of a candidate as they are now, against those that were certified: the same contents,
// wherever they stand.
Findings CheckCandidate(const Certificate& certificate, const std::string& candidate,
                        const std::vector<SubjectFile>& files);

// `report` is the path of the report's file, `directory` that of the evidence; either may be empty.
Findings CheckEvidence(const Certificate& certificate, const std::string& report,
                       const std::string& directory);

// The same for who signs it again, and has to have seen all of it: `files` are the paths of the
// other files.
Findings CheckEvidenceFiles(const Certificate& certificate, const std::string& report,
                            const std::vector<std::string>& files);

// One result, shown by itself.
Findings CheckShownResult(const Certificate& certificate, const nlohmann::json& result);

}  // namespace loadline::reports::certificates
