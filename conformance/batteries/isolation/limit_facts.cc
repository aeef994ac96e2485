// SPDX-License-Identifier: Apache-2.0
// Limits and scheduling, as configured or as the caller has them.
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
      {"scheduler", "the scheduling policy and niceness are the caller's",
       [](const Circumstances& c) { return At(c.native, "/scheduler"); },
       [](const Circumstances& c) { return At(c.probe, "/scheduler"); }},
      {"io-priority", "the priority of input and output is the caller's",
       [](const Circumstances& c) { return At(c.native, "/ioPriority"); },
       [](const Circumstances& c) { return At(c.probe, "/ioPriority"); }},
      {"processors", "the process may run on the processors of the caller",
       [](const Circumstances& c) { return At(c.native, "/cpuAffinity"); },
       [](const Circumstances& c) { return At(c.probe, "/cpuAffinity"); }},
  };
}

}  // namespace loadline::conformance::isolation
