// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/oom_notices.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>

#include "base/files.h"

namespace loadline::runtime {
namespace {

// The count after "oom_kill " in memory.events; nothing when the group is gone.
std::optional<uint64_t> Kills(int memory_events) {
  std::array<char, 512> text{};
  if (pread(memory_events, text.data(), text.size() - 1, 0) <= 0) return std::nullopt;
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
  ASSIGN_OR_RETURN(const auto hierarchies, FindHierarchies(place));
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
  seen_ = Kills(fd_.get()).value_or(0);
  return {};
}

short OomNotices::events() const { return counts_ ? POLLPRI : POLLIN; }

bool OomNotices::Take() {
  if (!fd_) return false;
  return counts_ ? TakeV2() : TakeV1();
}

bool OomNotices::TakeV1() {
  uint64_t notices = 0;
  if (read(fd_.get(), &notices, sizeof notices) != sizeof notices) return false;
  char byte = 0;
  if (pread(control_.get(), &byte, sizeof byte, 0) > 0) return true;
  // The removal of a group is a notice as well.
  return notices > 1;
}

bool OomNotices::TakeV2() {
  const auto kills = Kills(fd_.get());
  if (!kills) fd_.Reset();  // poll would find it ready for ever
  const bool more = kills && *kills > seen_;
  if (more) seen_ = *kills;
  return more;
}

}  // namespace loadline::runtime
