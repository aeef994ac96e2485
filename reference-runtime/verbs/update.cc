// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/operations.h"
#include "reference-runtime/update_flags.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

constexpr size_t kResourcesCap = 1 << 20;

// The file says it all: with one, the other flags do not count, as in runc.
Result<std::string> ResourcesText(const CommandLine& line) {
  const std::string file = line.Get("resources");
  if (file == "-") return ReadFd(STDIN_FILENO, kResourcesCap);
  if (!file.empty()) return ReadFile(file, kResourcesCap);
  ASSIGN_OR_RETURN(const nlohmann::json resources, ResourcesFromFlags(line.options));
  return resources.dump();
}

}  // namespace

Result<int> RunUpdate(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string text, ResourcesText(line));
  RETURN_IF_ERROR(Update(Root(line), line.operands[0], text));
  return 0;
}

}  // namespace loadline::runtime
