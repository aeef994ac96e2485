// SPDX-License-Identifier: Apache-2.0
// A result in the words and marks that many formats share.
#pragma once

#include <string>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

// What is wrong and the way out, in one text; what holds, when nothing is wrong. Never empty.
std::string MessageOf(const CheckResult& result);
// What stays the same of a finding when lines above it come and go: hexadecimal digits that differ
// for each file (or subject), rule and place in the document.
std::string Fingerprint(const CheckResult& result);
// The file that a result is about, or its subject.
std::string FileOf(const CheckResult& result);
// "error", "warning" or "note" for what needs attention.
std::string_view WordOf(const CheckResult& result);

// Whether somebody should look at it: it is not as expected, or against advice.
bool NeedsAttention(const CheckResult& result);
// Those that do, the worst first: readers show the first few.
std::vector<const CheckResult*> WorstFirst(const Report& report);

}  // namespace loadline::reports
