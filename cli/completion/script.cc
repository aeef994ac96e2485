// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/script.h"

#include <algorithm>
#include <string_view>

#include "base/embedded.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> completion_scripts();
}  // namespace loadline::embedded

namespace loadline::cli {

std::string ScriptWith(const std::string& shell, const std::string& tables) {
  constexpr std::string_view kMark = "@TABLES@\n";
  const auto files = embedded::completion_scripts();
  const auto file = std::find_if(files.begin(), files.end(), [&shell](const EmbeddedFile& one) {
    return one.path == "loadline." + shell;
  });
  std::string script(file->content);
  return script.replace(script.find(kMark), kMark.size(), tables);
}

}  // namespace loadline::cli
