// SPDX-License-Identifier: Apache-2.0
// What kind of bytes these are, by how they begin.
#pragma once

#include <string_view>

namespace loadline::validator {

enum class Format { kOther, kJson, kTar, kGzip, kBzip2, kXz, kZstd };
std::string_view ToText(Format format);

// How many bytes FormatOf wants to see.
inline constexpr size_t kFormatBytes = 1024;
// A tar of nothing begins with a block of zeros. Text that begins like an object or an array is
// JSON.
Format FormatOf(std::string_view beginning);
bool IsCompressed(Format format);

}  // namespace loadline::validator
