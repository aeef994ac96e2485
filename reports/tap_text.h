// SPDX-License-Identifier: Apache-2.0
// What TAP 13 and TAP 14 share: a test point and its diagnostics.
#pragma once

#include <string>
#include <string_view>

#include "reports/model.h"

namespace loadline::reports {

// A description: '#' would begin a directive, and '\' escapes it.
std::string TapDescription(std::string_view text);
// Whether the point is "ok": it passed, or could not be judged.
bool IsOk(const CheckResult& result);
// " # TODO …" for what is expected to fail or only advised, " # SKIP …" for what could not be
// judged; empty otherwise.
std::string TapDirective(const CheckResult& result);
// "ok 3 - id # SKIP …" and, unless it is ok, its YAML block. Each line begins with the indent.
std::string TapPoint(const CheckResult& result, size_t number, const std::string& indent);

}  // namespace loadline::reports
