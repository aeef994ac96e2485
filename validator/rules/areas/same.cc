// SPDX-License-Identifier: Apache-2.0
// What `validate --same` says of two subjects; identity/identity.h reports it.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr Rule kRules[] = {
    {"same/content", "the content of both is the same", Level::kMust, {}, nullptr},
    {"same/form", "both are packed and written in the same way", Level::kMay, {}, nullptr},
};

}  // namespace

RuleArea SameRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
