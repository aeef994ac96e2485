// SPDX-License-Identifier: Apache-2.0
#include "reports/gate/trend.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

constexpr double kUsualMargin = 0.25;  // of a figure that claims no parity

std::string Words(const Figure& figure) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.2f (%.2f to %.2f)", figure.ratio, figure.low,
                figure.high);
  return text.data();
}

// What two native twins differed by, at least 1.
double NoiseOf(const Figure& figure) {
  if (!figure.control || figure.control->first <= 0) return 1;
  return std::max({1.0, figure.control->second, 1 / figure.control->first});
}

constexpr const char* kMachine[] = {"architecture", "cgroup", "distribution", "kernel",
                                    "processors"};

std::string Text(const json& fact) {
  if (fact.is_null()) return "unknown";
  const std::string text = fact.is_string()
                               ? fact.get<std::string>()
                               : fact.dump(-1, ' ', false, json::error_handler_t::replace);
  return Shortened(text);
}

std::string ToolOf(const Report& report) {
  std::string text = report.tool.name + " " + report.tool.version;
  if (!report.tool.commit.empty()) text += " (" + report.tool.commit + ")";
  return OneLine(text);
}

}  // namespace

Trend TrendOf(const CheckResult& before, const CheckResult& after) {
  const auto was = FigureOf(before);
  const auto is = FigureOf(after);
  Trend trend;
  if (!was || !is) return trend;
  trend.measured = true;
  trend.overlap = is->low <= was->high && was->low <= is->high;
  trend.words = Words(*is) + " times the native, " + Words(*was) + " before";
  const double margin = std::max(is->margin.value_or(was->margin.value_or(kUsualMargin)), 0.0);
  const double slack = (1 + margin) * std::max(NoiseOf(*was), NoiseOf(*is));
  if (is->low > was->high * slack) trend.direction = Trend::Direction::kWorse;
  if (is->high * slack < was->low) trend.direction = Trend::Direction::kBetter;
  return trend;
}

json HostFact(const Report& report, const char* name) {
  if (!report.host || !report.host->is_object()) return nullptr;
  return report.host->value(name, json());
}

bool SameMachine(const Report& before, const Report& after) {
  return std::all_of(std::begin(kMachine), std::end(kMachine), [&](const char* name) {
    return HostFact(before, name) == HostFact(after, name);
  });
}

std::vector<std::string> Differences(const Report& before, const Report& after) {
  std::vector<std::string> notes;
  const auto compare = [&notes](const std::string& what, const std::string& was,
                                const std::string& is) {
    if (was != is) notes.push_back(what + ": " + is + ", the baseline has " + was);
  };
  compare("judged by", ToolOf(before), ToolOf(after));
  if (after.kind == Kind::kValidation) {
    std::set<std::string> known;
    for (const Subject& subject : before.subjects) known.insert(CleanPath(subject.name));
    const auto added = static_cast<int>(
        std::count_if(after.subjects.begin(), after.subjects.end(),
                      [&](const Subject& one) { return known.count(CleanPath(one.name)) == 0; }));
    if (added > 0) notes.push_back(Plural(added, "path") + " that the baseline does not have");
    return notes;
  }
  for (const char* name : kMachine)
    compare(name, Text(HostFact(before, name)), Text(HostFact(after, name)));
  if (!before.subjects.empty() && !after.subjects.empty())
    compare("candidate", OneLine(before.subjects[0].version), OneLine(after.subjects[0].version));
  return notes;
}

}  // namespace loadline::reports
