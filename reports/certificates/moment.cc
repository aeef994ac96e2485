// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/moment.h"

#include <ctime>

namespace loadline::reports::certificates {

std::string ToText(Moment moment) {
  const auto seconds = static_cast<std::time_t>(moment);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::optional<Moment> MomentFromText(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const Moment moment = timegm(&parts);
  if (ToText(moment) != text) return std::nullopt;  // 31 February
  return moment;
}

Moment CurrentMoment() { return std::time(nullptr); }

}  // namespace loadline::reports::certificates
