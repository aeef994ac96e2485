// SPDX-License-Identifier: Apache-2.0
// App container images as subjects: an ACI or an unpacked one (appc aci.md).
#pragma once

#include "base/result.h"
#include "validator/findings.h"
#include "validator/subject/subject.h"
#include "validator/validate.h"

namespace loadline::validator {

// The subject's digest is the image ID.
Result<Judgement> ValidateAci(const OpenedSubject& subject, const ValidateOptions& options);

// Holds an image manifest against the images of `options.with`, when there are any.
void JudgeDependencies(Findings& findings, const std::string& file, const Document& document,
                       const ValidateOptions& options);

}  // namespace loadline::validator
