// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/pipe.h"
#include "reference-runtime/rootless.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

std::optional<int> Count(const std::string& text) {
  int count = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || count < 0)
    return std::nullopt;
  return count;
}

}  // namespace

Result<int> Print(const std::string& text) {
  RETURN_IF_ERROR(WriteAll(STDOUT_FILENO, text));
  return 0;
}

std::string Root(const CommandLine& line) {
  return line.Has("root") ? line.Get("root") : DefaultRoot();
}

StageChanges ChangesFrom(const CommandLine& line) {
  StageChanges changes{line.All("without-stage"), {}};
  for (const std::string& names : line.All("swap-stages"))
    changes.swapped.push_back(TwoStages(names));
  return changes;
}

// sd_listen_fds(3): they are meant for the process that LISTEN_PID names. exec has none, as in
// runc.
int ListenDescriptors(const CommandLine& line) {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (line.operation == "exec" || pid == nullptr || count == nullptr) return 0;
  return Count(pid) == getpid() ? Count(count).value_or(0) : 0;
}

Result<int> PreservedDescriptors(const CommandLine& line) {
  const std::string text = line.Get("preserve-fds", "0");
  const auto named = Count(text);
  if (!named || *named > 1 << 20)
    return Failure("--preserve-fds \"" + text + "\" is not a number of descriptors");
  const int count = ListenDescriptors(line) + *named;
  for (int fd = 3; fd < 3 + count; ++fd) {
    if (fcntl(fd, F_GETFD) < 0)
      return CallError("fcntl", std::to_string(fd))
          .Hint("--preserve-fds counts descriptors that are open, from 3 on");
  }
  return count;
}

}  // namespace loadline::runtime
