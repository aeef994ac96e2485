// SPDX-License-Identifier: Apache-2.0
#include "reports/gate/pairs.h"

#include <algorithm>
#include <deque>
#include <map>

#include "base/files.h"
#include "reports/result_text.h"

namespace loadline::reports {
namespace {

using Key = std::string (*)(const CheckResult&);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Numbers become '#': lines and counts that a message names move with the document.
std::string WithoutNumbers(const std::string& text) {
  std::string without;
  for (const char c : text) {
    if (!IsDigit(c)) {
      without += c;
    } else if (without.empty() || without.back() != '#') {
      without += '#';
    }
  }
  return without;
}

// "/mounts/3/type" becomes "/mounts/*/type".
std::string WithoutIndexes(const std::string& pointer) {
  std::string without;
  size_t at = 0;
  while (at < pointer.size()) {
    const size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const bool index =
        end > at + 1 && std::all_of(pointer.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                    pointer.begin() + static_cast<std::ptrdiff_t>(end), IsDigit);
    without += index ? "/*" : pointer.substr(at, end - at);
    at = end;
  }
  return without;
}

std::string PointerOf(const CheckResult& finding) {
  return finding.location ? finding.location->pointer : "";
}

// Messages begin with the pointer, which has a key of its own.
std::string Said(const CheckResult& finding) {
  const std::string prefix = PointerOf(finding) + ": ";
  return finding.message.starts_with(prefix) ? finding.message.substr(prefix.size())
                                             : finding.message;
}

std::string Join(const CheckResult& finding, const std::string& place, const std::string& said) {
  return CleanPath(FileOf(finding)) + "\n" + finding.id + "\n" + place + "\n" + said;
}

// From the strictest on. The number of an element goes before the message: what was the third
// mount's finding is the fourth's once another mount stands before it, and not another finding of
// the third.
const std::vector<Key> kFindingKeys = {
    [](const CheckResult& finding) { return Join(finding, PointerOf(finding), Said(finding)); },
    [](const CheckResult& finding) {
      return Join(finding, WithoutIndexes(PointerOf(finding)), Said(finding));
    },
    [](const CheckResult& finding) {
      const std::string pointer = PointerOf(finding);
      return Join(finding, pointer, pointer.empty() ? WithoutNumbers(Said(finding)) : "");
    },
};

const std::vector<Key> kCaseKeys = {
    [](const CheckResult& result) { return result.subject + "\n" + result.id; },
};

std::vector<const CheckResult*> All(const Report& report) {
  std::vector<const CheckResult*> all;
  for (const CheckResult& result : report.results) all.push_back(&result);
  return all;
}

// Pairs what has the same key and is not paired yet, in order.
void PairBy(Key key, std::vector<const CheckResult*>& before, std::vector<ResultPair>& pairs) {
  std::map<std::string, std::deque<size_t>> open;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] != nullptr) open[key(*before[i])].push_back(i);
  }
  for (ResultPair& pair : pairs) {
    if (pair.before != nullptr) continue;
    const auto found = open.find(key(*pair.after));
    if (found == open.end() || found->second.empty()) continue;
    pair.before = std::exchange(before[found->second.front()], nullptr);
    found->second.pop_front();
  }
}

}  // namespace

std::vector<ResultPair> PairResults(const Report& before, const Report& after) {
  std::vector<const CheckResult*> unpaired = All(before);
  std::vector<ResultPair> pairs;
  for (const CheckResult* result : All(after)) pairs.push_back({nullptr, result});
  for (const Key key : after.kind == Kind::kValidation ? kFindingKeys : kCaseKeys)
    PairBy(key, unpaired, pairs);
  for (const CheckResult* result : unpaired) {
    if (result != nullptr) pairs.push_back({result, nullptr});
  }
  return pairs;
}

}  // namespace loadline::reports
