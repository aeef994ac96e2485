// SPDX-License-Identifier: Apache-2.0
// Certify() for a profile that is at hand already.
#pragma once

#include "conformance/certify.h"
#include "conformance/harness/case.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

// As Certify(), with a profile whose command is resolved instead of `options.candidate`, and with
// cases that were read already.
Result<reports::Report> CertifyProfile(const CertifyOptions& options, const Profile& profile,
                                       const std::vector<Case>& cases,
                                       const ProgressCallback& progress = {});

}  // namespace loadline::conformance
