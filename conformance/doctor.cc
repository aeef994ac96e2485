// SPDX-License-Identifier: Apache-2.0
#include "conformance/doctor.h"

#include <sys/utsname.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "base/files.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/resctrl.h"
#include "conformance/host/examinations.h"

namespace loadline::conformance {
namespace {

constexpr size_t kFileCap = 1 << 20;

std::string Distribution() {
  std::istringstream lines(ReadFile("/etc/os-release", kFileCap).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("PRETTY_NAME=")) continue;
    std::string name = line.substr(12);
    std::erase(name, '"');
    return name;
  }
  return "";
}

}  // namespace

bool IsNeed(const std::string& need) {
  const std::vector<HostAbility> resctrl = ResctrlAbilities("", false);
  return FindExamination(need) != nullptr ||
         std::any_of(resctrl.begin(), resctrl.end(),
                     [&need](const HostAbility& ability) { return ability.need == need; });
}

HostAbility HostFacts::Ability(const std::string& need) const {
  for (const HostAbility& ability : abilities) {
    if (ability.need == need) return ability;
  }
  if (const Examination examine = FindExamination(need); examine != nullptr) return examine(need);
  return {need, false, "nothing is known under this name; INTERPRETING.md lists the needs"};
}

nlohmann::json HostFacts::ToJson() const {
  nlohmann::json json = {{"kernel", kernel},
                         {"architecture", architecture},
                         {"distribution", distribution},
                         {"cgroup", cgroup},
                         {"processors", processors}};
  nlohmann::json missing = nlohmann::json::object();
  nlohmann::json available = nlohmann::json::array();
  for (const HostAbility& ability : abilities) {
    if (ability.available) {
      available.push_back(ability.need);
    } else {
      missing[ability.need] = ability.why;
    }
  }
  json["available"] = std::move(available);
  json["missing"] = std::move(missing);
  return json;
}

HostFacts Examine(const std::string& resctrl) {
  HostFacts facts;
  utsname names{};
  uname(&names);
  facts.kernel = names.release;
  facts.architecture = names.machine;
  facts.distribution = Distribution();
  facts.cgroup = CgroupLayout(Hierarchies().value_or(std::vector<Hierarchy>()));
  facts.processors = static_cast<int>(std::thread::hardware_concurrency());
  facts.resctrl = FindResctrl(resctrl);
  facts.abilities = ResctrlAbilities(facts.resctrl, !resctrl.empty());
  for (const std::string& need : ShownNeeds()) facts.abilities.push_back(facts.Ability(need));
  std::sort(facts.abilities.begin(), facts.abilities.end(),
            [](const HostAbility& a, const HostAbility& b) { return a.need < b.need; });
  return facts;
}

}  // namespace loadline::conformance
