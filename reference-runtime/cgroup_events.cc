// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/cgroup_events.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "base/files.h"

namespace loadline::runtime {

Result<Readiness> WaitForEvent(const std::string& directory, std::string_view line,
                               const Deadline& deadline) {
  const std::string path = directory + "/cgroup.events";
  ASSIGN_OR_RETURN(const UniqueFd events, Open(path, O_RDONLY));
  while (true) {
    std::array<char, 512> text;
    // The read also arms the poll: a change after it is reported, however soon it comes.
    const ssize_t size = pread(events.get(), text.data(), text.size(), 0);
    if (size < 0) return CallError("pread", path);
    const std::string_view now(text.data(), static_cast<size_t>(size));
    if (now.starts_with(line) || now.find("\n" + std::string(line)) != now.npos)
      return Readiness::kReady;
    ASSIGN_OR_RETURN(const Readiness ready, WaitFor(events.get(), POLLPRI, deadline));
    if (ready == Readiness::kTimedOut) return ready;
  }
}

}  // namespace loadline::runtime
