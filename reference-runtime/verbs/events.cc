// SPDX-License-Identifier: Apache-2.0
// JSON lines as runc's: {"type": "stats" or "oom", "id": …, "data": …}.
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/deadline.h"
#include "reference-runtime/container.h"
#include "reference-runtime/oom_notices.h"
#include "reference-runtime/statistics.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;
using Milliseconds = std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr Unit kUnits[] = {{"ms", 1},    {"us", 1e-3}, {"ns", 1e-6},
                           {"h", 3.6e6}, {"m", 6e4},   {"s", 1e3}};

// "1m30s", "2.5s", "100ms": Go's durations, without a sign.
std::optional<Milliseconds> ReadDuration(std::string_view text) {
  double sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    double number = 0;
    const auto parsed =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (parsed.ec != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (found == nullptr && text.starts_with(unit.name)) found = &unit;
    }
    if (found == nullptr) return std::nullopt;
    text.remove_prefix(found->name.size());
    sum += number * found->milliseconds;
  }
  if (sum > 1e12) return std::nullopt;
  return Milliseconds(static_cast<int64_t>(sum));
}

Result<int> Tell(const char* type, const std::string& id, Json data = Json()) {
  Json event = {{"type", type}, {"id", id}};
  if (!data.is_null()) event["data"] = std::move(data);
  return Print(event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<int> TellStatistics(const Container& container) {
  ASSIGN_OR_RETURN(Json data, StatisticsOf(container.cgroup));
  return Tell("stats", container.id, std::move(data));
}

// Until the container's process ends. What it died of is told before.
Result<int> Follow(const Container& container, Milliseconds interval) {
  ASSIGN_OR_RETURN(const UniqueFd process, OpenProcess(container));
  ASSIGN_OR_RETURN(OomNotices notices, OomNotices::Watch(container.cgroup));
  while (true) {
    const Deadline next = Deadline::After(interval);
    bool ended = false;
    while (!ended && !next.Passed()) {
      std::array<pollfd, 2> entries{pollfd{process.get(), POLLIN, 0},
                                    pollfd{notices.fd(), notices.events(), 0}};
      if (poll(entries.data(), entries.size(), next.PollTimeout()) < 0 && errno != EINTR)
        return CallError("poll");
      ended = entries[0].revents != 0;
      if (notices.Take()) RETURN_IF_ERROR(Tell("oom", container.id));
    }
    if (ended) return 0;
    RETURN_IF_ERROR(TellStatistics(container));
  }
}

}  // namespace

Result<int> RunEvents(const CommandLine& line) {
  const std::string text = line.Get("interval", "5s");
  const auto interval = ReadDuration(text);
  if (!interval || interval->count() == 0)
    return Failure("--interval \"" + text + "\" is not a duration above zero", "write it as 5s");
  ASSIGN_OR_RETURN(const Container container, LoadContainer(Root(line), line.operands[0]));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  if (status == "stopped" || status == "creating")
    return Failure("container \"" + container.id + "\" is " + status + ", not running");
  return line.Has("stats") ? TellStatistics(container) : Follow(container, *interval);
}

}  // namespace loadline::runtime
