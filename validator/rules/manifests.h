// SPDX-License-Identifier: Apache-2.0
// What manifests and indexes have in common.
#pragma once

#include "validator/rules/rule.h"

namespace loadline::validator {

void CheckSchemaVersion(const RuleInput& input, Reporter& reporter);
void CheckMediaType(const RuleInput& input, Reporter& reporter);
void CheckMediaTypePresent(const RuleInput& input, Reporter& reporter);
void CheckArtifactType(const RuleInput& input, Reporter& reporter);
void CheckSubject(const RuleInput& input, Reporter& reporter);

}  // namespace loadline::validator
