// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/rootless.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "base/files.h"
#include "reference-runtime/stage.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

bool HasAllIds() {
  const auto map = Words(ReadRecord("/proc/self/uid_map").value_or(""));
  return map.size() == 3 && map[0] == "0" && map[1] == "0" && map[2] == std::to_string(UINT32_MAX);
}

bool CallerIsRootless() { return geteuid() != 0 || !HasAllIds(); }

}  // namespace

bool IsRootless(const Context& context) { return context.rootless.value_or(CallerIsRootless()); }

bool IsMissingRight(const Error& error) {
  return error.number == EACCES || error.number == EPERM || error.number == EROFS;
}

std::string DefaultRoot() {
  if (!CallerIsRootless()) return "/run/loadline";
  const char* const directory = std::getenv("XDG_RUNTIME_DIR");
  if (directory != nullptr && *directory == '/') return std::string(directory) + "/loadline";
  if (geteuid() == 0) return "/run/loadline";
  return "/tmp/loadline-" + std::to_string(geteuid());
}

}  // namespace loadline::runtime
