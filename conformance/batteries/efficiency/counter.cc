// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/counter.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/files.h"

namespace loadline::conformance::efficiency {
namespace {

constexpr const char* kTracefs = "/sys/kernel/tracing";
constexpr const char* kEvent = "/events/raw_syscalls/sys_enter/id";
constexpr size_t kFileCap = 64;

std::optional<uint64_t> NumberIn(const std::string& file) {
  const auto text = ReadFile(file, kFileCap);
  if (!text || text->empty()) return std::nullopt;
  return std::strtoull(text->c_str(), nullptr, 10);
}

// The tracepoint's number: where the host has its tracefs, else where we mount one for a moment.
Result<uint64_t> EventNumber(const std::string& scratch) {
  if (const auto number = NumberIn(std::string(kTracefs) + kEvent)) return *number;
  const std::string directory = scratch + "/tracing";
  std::optional<uint64_t> number;
  if (mkdir(directory.c_str(), 0700) == 0) {
    if (mount("tracefs", directory.c_str(), "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) ==
        0) {
      number = NumberIn(directory + kEvent);
      umount2(directory.c_str(), MNT_DETACH);
    }
    rmdir(directory.c_str());
  }
  if (number) return *number;
  Error error = Failure("the kernel has no tracepoint raw_syscalls:sys_enter, or shows none");
  error.number = ENOTSUP;
  return error;
}

std::vector<pid_t> ThreadsOf(pid_t pid) {
  std::vector<pid_t> threads;
  std::error_code error;
  for (auto entry =
           std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    threads.push_back(
        static_cast<pid_t>(std::strtol(entry->path().filename().c_str(), nullptr, 10)));
  return threads;
}

Result<UniqueFd> OpenEvent(uint64_t event, pid_t thread, Whom whom) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.size = sizeof attributes;
  attributes.config = event;
  attributes.inherit = whom == Whom::kAndTheirChildren ? 1 : 0;
  UniqueFd fd(static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC)));
  if (fd) return fd;
  const int number = errno;
  Error error = CallError("perf_event_open", std::to_string(thread));
  error.number = number == ESRCH ? ESRCH : ENOTSUP;
  return error;
}

}  // namespace

Result<Counter> Counter::Attach(const Residents& residents, Whom whom, long call,
                                const std::string& scratch) {
  ASSIGN_OR_RETURN(const uint64_t event, EventNumber(scratch));
  const std::string filter = "id == " + std::to_string(call);
  Counter counter;
  for (const pid_t pid : residents) {
    for (const pid_t thread : ThreadsOf(pid)) {
      auto opened = OpenEvent(event, thread, whom);
      if (!opened && opened.error().number == ESRCH) continue;  // it has just ended
      if (!opened) return std::move(opened).error();
      if (call >= 0 && ioctl(opened->get(), PERF_EVENT_IOC_SET_FILTER, filter.c_str()) != 0)
        return CallError("ioctl", "PERF_EVENT_IOC_SET_FILTER " + filter);
      counter.events_.push_back(std::move(*opened));
    }
  }
  return counter;
}

Result<int64_t> Counter::Read() const {
  int64_t sum = 0;
  for (const UniqueFd& event : events_) {
    int64_t count = 0;
    if (read(event.get(), &count, sizeof count) != static_cast<ssize_t>(sizeof count))
      return CallError("read", "a counter of system calls");
    sum += count;
  }
  return sum;
}

}  // namespace loadline::conformance::efficiency
