// SPDX-License-Identifier: Apache-2.0
// Rules on the capability sets (capabilities(7)).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/names/kernel_names.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kKnown[] = {"oci-runtime/config/process/capabilities/known"};
constexpr const char* kSets[] = {"bounding", "effective", "inheritable", "permitted", "ambient"};

std::string Pointer(const char* set) { return std::string("/process/capabilities/") + set; }

// Reports every capability of one set that another one lacks.
void CheckSubset(const RuleInput& input, Reporter& reporter, const char* inner, const char* outer) {
  const auto list = StringViews(input.config, Pointer(outer));
  const std::set<std::string_view> names(list.begin(), list.end());
  ForEach(input.config, Pointer(inner), [&](const Json& name, const std::string& pointer) {
    if (name.is_string() && !names.contains(name.get_ref<const std::string&>()))
      reporter.Report(pointer, name.get<std::string>() + " is " + inner + " and not " + outer,
                      std::string("add it to ") + outer + ", or remove it here");
  });
}

void CheckKnown(const RuleInput& input, Reporter& reporter) {
  for (const char* set : kSets) {
    ForEach(input.config, Pointer(set), [&](const Json& name, const std::string& pointer) {
      if (name.is_string() && !IsCapability(name.get_ref<const std::string&>())) {
        reporter.Report(pointer, name.get<std::string>() + " is no capability of Linux",
                        "use a name of capabilities(7), such as CAP_KILL");
      }
    });
  }
}

void CheckTwice(const RuleInput& input, Reporter& reporter) {
  for (const char* set : kSets) {
    std::set<std::string_view> seen;
    ForEach(input.config, Pointer(set), [&](const Json& name, const std::string& pointer) {
      if (name.is_string() && !seen.insert(name.get_ref<const std::string&>()).second)
        reporter.Report(pointer, name.get<std::string>() + " is listed a second time",
                        "remove one of them");
    });
  }
}

void CheckEffective(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "effective", "permitted");
}
void CheckAmbientInheritable(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "ambient", "inheritable");
}
void CheckAmbientPermitted(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "ambient", "permitted");
}
void CheckBounding(const RuleInput& input, Reporter& reporter) {
  CheckSubset(input, reporter, "inheritable", "bounding");
}

constexpr Rule kRules[] = {
    {"config/capabilities/known", "every capability is one of Linux", Level::kMust, kKnown,
     CheckKnown},
    {"config/capabilities/twice",
     "no capability is listed twice in a set",
     Level::kShould,
     {},
     CheckTwice},
    {"config/capabilities/effective-permitted",
     "what is effective is permitted",
     Level::kMust,
     {},
     CheckEffective},
    {"config/capabilities/ambient-inheritable",
     "what is ambient is inheritable",
     Level::kShould,
     {},
     CheckAmbientInheritable},
    {"config/capabilities/ambient-permitted",
     "what is ambient is permitted",
     Level::kShould,
     {},
     CheckAmbientPermitted},
    {"config/capabilities/inheritable-bounding",
     "what is inheritable is in the bounding set",
     Level::kMust,
     {},
     CheckBounding},
};

}  // namespace

RuleArea CapabilitiesRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
