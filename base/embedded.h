// SPDX-License-Identifier: Apache-2.0
// Files that scripts/cmake/embed.cmake put into the program at build time.
#pragma once

#include <span>
#include <string_view>

namespace loadline {

// One embedded file; both views live as long as the program.
struct EmbeddedFile {
  std::string_view path;  // relative to the root it was embedded from
  std::string_view content;
};

}  // namespace loadline
