// SPDX-License-Identifier: Apache-2.0
#include "reports/history/comparable.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using nlohmann::json;

Error NoHistory(const std::string& why, const std::string& way_out) {
  return Failure(ErrorKind::kUsage, "there is no history in these reports: " + why, way_out);
}

std::string HostFact(const Report& report, const char* name) {
  if (!report.host || !report.host->is_object()) return "";
  const auto fact = report.host->find(name);
  if (fact == report.host->end()) return "";
  return fact->is_string() ? fact->get<std::string>()
                           : fact->dump(-1, ' ', false, json::error_handler_t::replace);
}

// A fact that has to be the same in all of them.
struct Fixed {
  const char* name;  // of several
  std::string (*of)(const Report& report);
};
const Fixed kFixed[] = {
    {"kinds", [](const Report& report) { return std::string(ToText(report.kind)); }},
    {"versions of the standard", [](const Report& report) { return report.spec; }},
    {"architectures", [](const Report& report) { return HostFact(report, "architecture"); }},
    {"layouts of control groups", [](const Report& report) { return HostFact(report, "cgroup"); }},
    {"callers' rights (rootless)",
     [](const Report& report) { return HostFact(report, "rootless"); }}};

Result<void> CheckFixed(const std::vector<Report>& reports) {
  for (const Report& report : reports) {
    for (const Fixed& fixed : kFixed) {
      const std::string one = fixed.of(reports.front());
      const std::string other = fixed.of(report);
      if (one != other)
        return NoHistory(
            "their " + std::string(fixed.name) + " are \"" + one + "\" and \"" + other + "\"",
            "name reports that one command on one sort of host made");
    }
  }
  return {};
}

// "2026-01-02T03:04:05Z": times in this form sort as they follow each other.
bool IsTime(const std::string& text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == '0' ? c >= '0' && c <= '9' : c == form;
         });
}

Result<void> CheckTimes(const std::vector<Report>& reports) {
  std::map<std::string, std::string> last;  // time, by subject
  bool again = false;
  for (const Report& report : reports) {
    if (!IsTime(report.started))
      return NoHistory("one says that it started at \"" + report.started + "\", which is no time",
                       "name reports as --report json=FILE writes them");
    for (const Subject& subject : report.subjects) {
      const auto [place, first] = last.try_emplace(subject.name, report.started);
      if (first) continue;
      if (place->second == report.started)
        return NoHistory("two of " + subject.name + " started at " + report.started,
                         "name each report once");
      place->second = report.started;
      again = true;
    }
  }
  if (again) return {};
  return NoHistory("no two are of the same subject",
                   "`loadline compare` puts candidates side by side");
}

}  // namespace

std::vector<std::string> DifferencesOfCircumstance(const Report& before, const Report& after) {
  std::vector<std::string> differences;
  const auto compare = [&](const std::string& name, const std::string& one,
                           const std::string& other) {
    if (one != other)
      differences.push_back(name + " " + (one.empty() ? "unknown" : one) + " -> " +
                            (other.empty() ? "unknown" : other));
  };
  const auto tool = [](const Tool& one) { return one.version + " " + one.commit; };
  compare("loadline", tool(before.tool), tool(after.tool));
  for (const char* fact : {"distribution", "kernel", "processors"})
    compare(fact, HostFact(before, fact), HostFact(after, fact));
  return differences;
}

Result<void> CheckComparable(const std::vector<Report>& reports) {
  if (reports.size() < 2)
    return NoHistory("it takes two", "name the reports of several runs, in any order");
  RETURN_IF_ERROR(CheckFixed(reports));
  return CheckTimes(reports);
}

}  // namespace loadline::reports
