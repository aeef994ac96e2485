// SPDX-License-Identifier: Apache-2.0
// Certify() for a profile that is at hand already.
#pragma once

#include "conformance/certify.h"
#include "conformance/harness/profile.h"

namespace loadline::conformance {

// As Certify(), with a profile whose command is resolved instead of `options.candidate`.
Result<reports::Report> CertifyProfile(const CertifyOptions& options, const Profile& profile,
                                       const ProgressCallback& progress = {});

}  // namespace loadline::conformance
