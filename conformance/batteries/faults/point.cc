// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/point.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "base/call_table.h"

namespace loadline::conformance::faults {
namespace {

using loadline::faults::AllFaults;
using loadline::faults::CallFaults;

constexpr const char* kKillCaller = "KILL";
constexpr const char* kKillRuntime = "KILL-RUNTIME";
constexpr int kMostErrno = 133;
constexpr size_t kKillsOfSample = 20;

// A call that was made all the same cannot be feigned from outside.
bool CanFail(const CallFaults& call) { return !call.errors.empty() && !call.made_anyway; }

Error NoPoint(std::string_view text) {
  return Failure(ErrorKind::kUsage, "\"" + std::string(text) + "\" is no fault",
                 "write OPERATION/CALL/N/WHAT, such as create/mkdirat/2/ENOSPC; WHAT may be an "
                 "errno, KILL or KILL-RUNTIME");
}

std::vector<std::string> SplitAtSlashes(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == '/') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

// The first, the last, and a few between them: the more there are, the fewer of them.
std::set<size_t> SampleOf(size_t count) {
  std::set<size_t> sample;
  const size_t wanted = std::min<size_t>(count, std::bit_width(count));
  for (size_t i = 0; i < wanted; ++i)
    sample.insert(1 + (wanted == 1 ? 0 : i * (count - 1) / (wanted - 1)));
  return sample;
}

}  // namespace

std::string Point::ToText() const {
  const std::string what = fault.effect == Effect::kError ? loadline::faults::ErrorName(fault.error)
                           : fault.effect == Effect::kKillCaller ? kKillCaller
                                                                 : kKillRuntime;
  return operation + "/" + loadline::faults::CallName(fault.call) + "/" +
         std::to_string(fault.nth) + "/" + what;
}

Result<Point> Point::Parse(std::string_view text) {
  const std::vector<std::string> words = SplitAtSlashes(text);
  if (words.size() != 4) return NoPoint(text);
  Point point;
  point.operation = words[0];
  const auto& calls = AllFaults();
  const auto call = std::find_if(calls.begin(), calls.end(),
                                 [&](const CallFaults& one) { return one.name == words[1]; });
  point.fault.nth = strtoul(words[2].c_str(), nullptr, 10);
  if (call == calls.end() || point.fault.nth == 0) return NoPoint(text);
  point.fault.call = call->number;
  if (words[3] == kKillCaller || words[3] == kKillRuntime) {
    point.fault.effect = words[3] == kKillCaller ? Effect::kKillCaller : Effect::kKillRuntime;
    return point;
  }
  for (int number = 1; number <= kMostErrno && point.fault.error == 0; ++number) {
    if (loadline::faults::ErrorName(number) == words[3]) point.fault.error = number;
  }
  if (point.fault.error == 0) return NoPoint(text);
  return point;
}

std::vector<long> AllCalls() {
  std::vector<long> numbers;
  for (const CallFaults& call : AllFaults()) {
    if (CanFail(call)) numbers.push_back(call.number);
  }
  return numbers;
}

std::vector<Point> ErrorPoints(const std::string& operation, const std::vector<HeardCall>& calls,
                               bool full) {
  std::map<long, size_t> counts;
  for (const HeardCall& call : calls) ++counts[call.number];
  std::vector<Point> points;
  for (const auto& [number, count] : counts) {
    const size_t errors = loadline::faults::ErrorCount(number);
    const std::set<size_t> sample = SampleOf(count);
    size_t turn = 0;  // so that all errors take part, each time the same
    for (size_t nth = 1; nth <= count; ++nth) {
      if (!full && !sample.contains(nth)) continue;
      const bool edge = nth == 1 || nth == count;
      for (size_t i = 0; i < (full && edge ? errors : 1); ++i)
        points.push_back({operation,
                          {number, nth, Effect::kError,
                           loadline::faults::ErrorFor(number, full && edge ? i : turn++)}});
    }
  }
  // Whoever has no time for all of them shall have tried each call once.
  std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
    return (a.fault.nth == 1) > (b.fault.nth == 1);
  });
  return points;
}

std::vector<Point> KillPoints(const std::string& operation, const std::vector<HeardCall>& calls,
                              bool full) {
  const size_t step = full ? 1 : std::max<size_t>(1, calls.size() / kKillsOfSample);
  std::map<long, size_t> counts;
  std::vector<Point> points;
  for (size_t k = 0; k < calls.size(); ++k) {
    const size_t nth = ++counts[calls[k].number];
    if (k % step != 0 && k + 1 != calls.size()) continue;
    points.push_back({operation, {calls[k].number, nth, Effect::kKillCaller}});
    // Who calls is the runtime itself, most of the time.
    if (!calls[k].by_runtime)
      points.push_back({operation, {calls[k].number, nth, Effect::kKillRuntime}});
  }
  return points;
}

}  // namespace loadline::conformance::faults
