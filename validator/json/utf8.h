// SPDX-License-Identifier: Apache-2.0
// Whether bytes are UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace loadline::validator {

// The offset of the first byte that is not part of a well-formed sequence, or that is NUL.
std::optional<size_t> FindBadUtf8(std::string_view text);

}  // namespace loadline::validator
