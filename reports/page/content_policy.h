// SPDX-License-Identifier: Apache-2.0
// What a page may load and run: its own style and script, and nothing else.
#pragma once

#include <string>
#include <string_view>

namespace loadline::reports {

// A Content-Security-Policy that allows these two by their digests. What a candidate smuggles into
// a report past the escaping still does not run.
std::string ContentPolicy(std::string_view style, std::string_view script);

}  // namespace loadline::reports
