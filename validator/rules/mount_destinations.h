// SPDX-License-Identifier: Apache-2.0
// Mount destinations, of which every platform but Windows asks the same.
#pragma once

#include "validator/rules/rule.h"

namespace loadline::validator {

// Reports every destination that does not begin with "/".
void ReportRelativeDestinations(const RuleInput& input, Reporter& reporter);
// The same for a configuration of one platform alone, from 1.2.0 on: up to 1.1.0 it is a finding of
// config/mounts/destination-absolute.
void ReportRelativeDestinationsOn(const char* platform, const RuleInput& input, Reporter& reporter);

}  // namespace loadline::validator
