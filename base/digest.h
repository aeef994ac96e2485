// SPDX-License-Identifier: Apache-2.0
// SHA-256, as reports name files by it.
#pragma once

#include <string>
#include <string_view>

namespace loadline {

// "sha256:" and 64 hexadecimal digits.
std::string Sha256(std::string_view bytes);

}  // namespace loadline
