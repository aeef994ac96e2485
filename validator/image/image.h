// SPDX-License-Identifier: Apache-2.0
// Images as subjects: a layout or an archive from its first descriptor to its last layer, and a
// single layer.
#pragma once

#include "base/result.h"
#include "validator/findings.h"
#include "validator/subject/subject.h"
#include "validator/validate.h"

namespace loadline::validator {

Result<Judgement> ValidateImage(const OpenedSubject& subject, const ValidateOptions& options);
Result<Judgement> ValidateLayer(const OpenedSubject& subject, const ValidateOptions& options);

}  // namespace loadline::validator
