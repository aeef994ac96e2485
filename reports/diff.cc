// SPDX-License-Identifier: Apache-2.0
#include "reports/diff.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/plain_text.h"
#include "reports/result_key.h"

namespace loadline::reports {
namespace {

std::string WordOf(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(ToText(*verdict)) : "not there";
}

// As the expectation says, or a pass.
bool ComesAndGoes(const CheckResult& result) {
  return result.sometimes && (result.verdict == Verdict::kPass || !result.Unexpected());
}

}  // namespace

bool Diff::Surprises() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& one) { return !one.known; });
}

Diff Compare(const Report& before, const Report& after) {
  struct Both {
    const CheckResult* before = nullptr;
    const CheckResult* after = nullptr;
  };
  std::map<std::string, Both> results;
  for (const CheckResult& result : before.results) results[KeyOf(result)].before = &result;
  for (const CheckResult& result : after.results) results[KeyOf(result)].after = &result;
  Diff diff;
  for (const auto& [key, both] : results) {
    if (both.before != nullptr && both.after != nullptr &&
        both.before->verdict == both.after->verdict) {
      ++diff.same;
      continue;
    }
    const CheckResult& later = both.after != nullptr ? *both.after : *both.before;
    Change change{later.subject, later.id, {}, {}, later.message};
    if (both.before != nullptr) change.before = both.before->verdict;
    if (both.after != nullptr) change.after = both.after->verdict;
    change.known = both.before != nullptr && both.after != nullptr && ComesAndGoes(*both.before) &&
                   ComesAndGoes(*both.after);
    diff.changes.push_back(std::move(change));
  }
  return diff;
}

std::string ToText(const Diff& diff) {
  std::string text;
  for (const Change& change : diff.changes) {
    text += Shortened(change.subject) + "  " + Shortened(change.id) + "  " + WordOf(change.before) +
            " -> " + WordOf(change.after) + (change.known ? " (known to come and go)" : "") + "\n";
    if (!change.message.empty()) text += "    " + Shortened(change.message) + "\n";
  }
  if (!text.empty()) text += "\n";
  return text + Plural(static_cast<int>(diff.changes.size()), "result") + " differ" +
         (diff.changes.size() == 1 ? "s" : "") + ", " + std::to_string(diff.same) +
         " with the same verdict\n";
}

std::string ToJsonText(const Diff& diff) {
  using Json = nlohmann::ordered_json;
  const auto word = [](const std::optional<Verdict>& verdict) {
    return verdict ? Json(ToText(*verdict)) : Json();
  };
  Json json{{"schemaVersion", "1.0.0"}, {"same", diff.same}, {"changes", Json::array()}};
  for (const Change& change : diff.changes)
    json["changes"].push_back({{"subject", change.subject},
                               {"id", change.id},
                               {"before", word(change.before)},
                               {"after", word(change.after)},
                               {"known", change.known},
                               {"message", change.message}});
  return WriteJson(json, 2);
}

}  // namespace loadline::reports
