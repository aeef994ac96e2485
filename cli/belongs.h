// SPDX-License-Identifier: Apache-2.0
// Whether a certificate belongs to what is here: this machine, this candidate, this path.
#pragma once

#include <string>

#include "base/result.h"
#include "reports/certificates/checks.h"

namespace loadline::cli {

// `candidate` as for certify, or a path that was validated; empty: what the certificate names. An
// error when there is no such thing.
Result<reports::certificates::Findings> CheckBelongs(
    const reports::certificates::Certificate& certificate, const std::string& candidate);

// The candidate that a certificate names: a profile that is known by that name, or its program.
std::string NamedCandidate(const reports::certificates::Certificate& certificate);

}  // namespace loadline::cli
