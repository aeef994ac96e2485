// SPDX-License-Identifier: Apache-2.0
// Names as subjects: `validate --kind tag NAME`.
#pragma once

#include <string>

#include "base/result.h"
#include "validator/findings.h"
#include "validator/names/grammar.h"

namespace loadline::validator {

// `text` is the name itself; "-" stands for the lines of standard input, each of them one.
Result<Judgement> ValidateNames(const Grammar& grammar, const std::string& text,
                                const std::string& spec);

}  // namespace loadline::validator
