// SPDX-License-Identifier: Apache-2.0
// Text for XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace loadline::reports {

// Escapes the five special characters; replaces what XML 1.0 forbids (control characters, bytes
// that are not UTF-8) by U+FFFD, and shows characters that would be seen by their effect alone,
// such as those that turn the direction of writing, as "⟨U+202E⟩".
std::string EscapeXml(std::string_view text);
// The same for text between tags alone, where quotation marks stand for themselves: a JSON document
// is a third shorter so.
std::string EscapeXmlContent(std::string_view text);

}  // namespace loadline::reports
