// SPDX-License-Identifier: Apache-2.0
// Base64 in the one form that a certificate may have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loadline::reports::certificates {

// RFC 4648 section 4, with padding and without line ends.
std::string EncodeBase64(std::string_view bytes);
// Nothing for every text that EncodeBase64() does not write: several texts would stand for the same
// bytes otherwise, and a change from one to the other would go unnoticed.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace loadline::reports::certificates
