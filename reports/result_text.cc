// SPDX-License-Identifier: Apache-2.0
#include "reports/result_text.h"

#include <algorithm>

#include "base/digest.h"

namespace loadline::reports {

std::string FileOf(const CheckResult& result) {
  return result.location ? result.location->file : result.subject;
}

std::string MessageOf(const CheckResult& result) {
  if (result.verdict == Verdict::kPass && result.Unexpected())
    return "passes, but " + std::string(ToText(result.expected)) + " was expected";
  std::string message = result.message.empty() ? result.title : result.message;
  if (message.empty()) message = result.id;
  if (!result.hint.empty()) message += "; " + result.hint;
  return message;
}

std::string_view WordOf(const CheckResult& result) {
  if (result.verdict != Verdict::kWarn) return "error";
  return result.level == schema::Level::kMay ? "note" : "warning";
}

bool NeedsAttention(const CheckResult& result) {
  return result.Unexpected() || result.verdict == Verdict::kWarn;
}

std::vector<const CheckResult*> WorstFirst(const Report& report) {
  std::vector<const CheckResult*> results;
  for (const CheckResult& result : report.results) {
    if (NeedsAttention(result)) results.push_back(&result);
  }
  const auto rank = [](const CheckResult& result) {
    if (result.verdict == Verdict::kWarn) return result.level == schema::Level::kShould ? 3 : 4;
    if (result.verdict == Verdict::kPass) return 2;  // the expectation is stale
    return result.verdict == Verdict::kError ? 1 : 0;
  };
  std::stable_sort(results.begin(), results.end(),
                   [&](const CheckResult* a, const CheckResult* b) { return rank(*a) < rank(*b); });
  return results;
}

std::string Fingerprint(const CheckResult& result) {
  const std::string pointer = result.location ? result.location->pointer : "";
  // Without a pointer the message tells several findings of one file apart.
  const std::string place = pointer.empty() ? result.message : pointer;
  const std::string whole =
      Sha256(FileOf(result) + std::string(1, '\0') + result.id + std::string(1, '\0') + place);
  return whole.substr(whole.find(':') + 1);
}

}  // namespace loadline::reports
