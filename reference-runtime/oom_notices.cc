// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/oom_notices.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/files.h"

namespace loadline::runtime {
namespace {

// The count after "oom_kill " in memory.events.
uint64_t Kills(int memory_events) {
  std::array<char, 512> text{};
  if (pread(memory_events, text.data(), text.size() - 1, 0) <= 0) return 0;
  const std::string_view now(text.data());
  constexpr std::string_view kKey = "\noom_kill ";
  const size_t at = now.find(kKey);
  return at == std::string_view::npos ? 0
                                      : std::strtoull(now.data() + at + kKey.size(), nullptr, 10);
}

}  // namespace

Result<OomNotices> OomNotices::Watch(const CgroupPlace& place) {
  OomNotices notices;
  if (place.path.empty()) return notices;
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(place.unified));
  for (const Hierarchy& hierarchy : hierarchies) {
    if (!hierarchy.Has("memory")) continue;
    RETURN_IF_ERROR(notices.WatchV1(hierarchy.mount_point + place.path));
    return notices;
  }
  if (const Hierarchy* unified = FindUnified(hierarchies); unified != nullptr)
    RETURN_IF_ERROR(notices.WatchV2(unified->mount_point + place.path));
  return notices;
}

Result<void> OomNotices::WatchV1(const std::string& directory) {
  ASSIGN_OR_RETURN(control_, Open(directory + "/memory.oom_control", O_RDONLY));
  fd_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd_) return CallError("eventfd");
  return WriteExisting(directory + "/cgroup.event_control",
                       std::to_string(fd_.get()) + " " + std::to_string(control_.get()));
}

Result<void> OomNotices::WatchV2(const std::string& directory) {
  auto opened = Open(directory + "/memory.events", O_RDONLY);
  if (!opened.has_value()) {
    if (opened.error().number == ENOENT) return {};  // the controller is not there
    return std::move(opened).error();
  }
  fd_ = std::move(opened).value();
  counts_ = true;
  seen_ = Kills(fd_.get());
  return {};
}

short OomNotices::events() const { return counts_ ? POLLPRI : POLLIN; }

bool OomNotices::Take() {
  if (!fd_) return false;
  uint64_t count = 0;
  if (!counts_) return read(fd_.get(), &count, sizeof count) == sizeof count;
  count = Kills(fd_.get());
  const bool more = count > seen_;
  seen_ = std::max(seen_, count);
  return more;
}

}  // namespace loadline::runtime
