// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/signals.h"

#include <signal.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <optional>

#include "reference-runtime/config_tables.h"

namespace loadline::runtime {
namespace {

// Names that the C library does not give first.
constexpr NamedNumber kAliases[] = {{"IOT", SIGABRT}, {"CLD", SIGCHLD}, {"IO", SIGPOLL}};

std::optional<int> Number(std::string_view text) {
  int number = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number >= 0 && number < NSIG ? std::optional(number) : std::nullopt;
}

// RTMIN, RTMIN+n, RTMAX, RTMAX-n.
std::optional<int> Realtime(std::string_view name) {
  const bool from_least = name.starts_with("RTMIN");
  if (!from_least && !name.starts_with("RTMAX")) return std::nullopt;
  const std::string_view rest = name.substr(5);
  const int base = from_least ? SIGRTMIN : SIGRTMAX;
  if (rest.empty()) return base;
  const auto distance = Number(rest.substr(1));
  if (rest[0] != (from_least ? '+' : '-') || !distance || *distance > SIGRTMAX - SIGRTMIN)
    return std::nullopt;
  return from_least ? base + *distance : base - *distance;
}

std::optional<int> Named(const std::string& name) {
  for (int candidate = 1; candidate < NSIG; ++candidate) {
    const char* known = sigabbrev_np(candidate);
    if (known != nullptr && name == known) return candidate;
  }
  for (const NamedNumber& alias : kAliases) {
    if (name == alias.name) return alias.number;
  }
  return std::nullopt;
}

}  // namespace

Result<int> SignalNumber(const std::string& text) {
  std::string name = text;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (name.starts_with("SIG")) name = name.substr(3);
  for (const auto& found : {Number(text), Realtime(name), Named(name)}) {
    if (found) return *found;
  }
  return Failure("\"" + text + "\" is not a signal",
                 "give a name such as TERM or RTMIN+1, or a number");
}

}  // namespace loadline::runtime
