// SPDX-License-Identifier: Apache-2.0
// Limits and scheduling, as configured or as the caller has them.
#include <sstream>

#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

json Configured(const Circumstances& c, bool wanted) {
  json limits = json::object();
  json native = At(c.native, "/rlimits");
  for (const json& entry : At(c.config, "/process/rlimits")) {
    limits[entry.at("type").get<std::string>()] = {{"soft", entry["soft"]},
                                                   {"hard", entry["hard"]}};
    native.erase(entry.at("type").get<std::string>());
  }
  // Runtimes may raise what they are not told about; they must not hand out what the caller lacks.
  return wanted ? limits : native;
}

json SeenOf(const Circumstances& c, const json& which) {
  const json seen = At(c.probe, "/rlimits");
  if (seen.is_null()) return nullptr;
  json limits = json::object();
  for (const auto& limit : which.items()) limits[limit.key()] = seen.value(limit.key(), json());
  return limits;
}

// Of a configured scheduler the members that it names; else all that the caller has.
json Scheduler(const Circumstances& c, const json& seen, bool expected) {
  const json configured = At(c.config, "/process/scheduler");
  if (configured.is_null() || seen.is_null()) return seen;
  json members = json::object();
  for (const char* name :
       {"policy", "nice", "priority", "flags", "runtime", "deadline", "period"}) {
    if (!configured.contains(name)) continue;
    members[name] = expected ? configured[name] : seen.value(name, json());
  }
  return members;
}

// "0-2,5" as numbers.
json NumbersOf(const std::string& list) {
  json numbers = json::array();
  std::istringstream ranges(list);
  for (std::string range; std::getline(ranges, range, ',');) {
    const size_t dash = range.find('-');
    const int first = std::atoi(range.c_str());
    const int last = dash == std::string::npos ? first : std::atoi(range.c_str() + dash + 1);
    for (int number = first; number <= last; ++number) numbers.push_back(number);
  }
  return numbers;
}

json Processors(const Circumstances& c) {
  const json native = At(c.native, "/cpuAffinity");
  json wanted = At(c.config, "/linux/resources/cpu/cpus");
  if (c.exec) wanted = Or(At(c.config, "/process/execCPUAffinity/final"), wanted);
  if (!wanted.is_string() || wanted == "") return native;
  json there = json::array();
  for (const json& number : NumbersOf(wanted)) {
    if (Contains(native, number)) there.push_back(number);
  }
  return there;
}

}  // namespace

std::vector<Fact> LimitFacts() {
  return {
      {"resource-limits", "each resource limit is the one of the configuration",
       [](const Circumstances& c) {
         return At(c.config, "/process/rlimits").is_null() ? json() : Configured(c, true);
       },
       [](const Circumstances& c) { return SeenOf(c, Configured(c, true)); }},
      {"other-resource-limits", "the other resource limits are the caller's",
       [](const Circumstances& c) { return Configured(c, false); },
       [](const Circumstances& c) { return SeenOf(c, Configured(c, false)); }},
      {"oom-score", "the out-of-memory score is the one of the configuration",
       [](const Circumstances& c) { return At(c.config, "/process/oomScoreAdj"); },
       [](const Circumstances& c) { return At(c.probe, "/oomScoreAdj"); }},
      {"scheduler",
       "the scheduling policy and niceness are those of the configuration, or the caller's",
       [](const Circumstances& c) { return Scheduler(c, At(c.native, "/scheduler"), true); },
       [](const Circumstances& c) { return Scheduler(c, At(c.probe, "/scheduler"), false); }},
      {"io-priority",
       "the priority of input and output is the one of the configuration, or the caller's",
       [](const Circumstances& c) {
         const json priority = At(c.config, "/process/ioPriority");
         if (priority.is_null()) return At(c.native, "/ioPriority");
         return json{{"class", priority.value("class", "")},
                     {"priority", priority.value("priority", 0)}};
       },
       [](const Circumstances& c) { return At(c.probe, "/ioPriority"); }},
      {"processors", "the process may run on the processors of the configuration, or of the caller",
       Processors, [](const Circumstances& c) { return At(c.probe, "/cpuAffinity"); }},
      {"memory-policy", "memory is taken from where the configuration says, or the caller",
       [](const Circumstances& c) {
         const json mode = At(c.config, "/linux/memoryPolicy/mode");
         return mode.is_null() ? At(c.native, "/memoryPolicy") : mode;
       },
       [](const Circumstances& c) { return At(c.probe, "/memoryPolicy"); }},
  };
}

}  // namespace loadline::conformance::isolation
