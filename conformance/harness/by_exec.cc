// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/by_exec.h"

#include <algorithm>
#include <string_view>

namespace loadline::conformance {
namespace {

constexpr const char* kRequirement = "loadline/runtime/exec/like-first-process";
constexpr const char* kLabel = "again";

// What the probe sees that is the first process's own.
constexpr std::string_view kOfTheFirst[] = {"pid",      "args",        "fds",
                                            "terminal", "cpuAffinity", "unavailable"};

bool HoldsForAny(const Json& probe) {
  return std::none_of(std::begin(kOfTheFirst), std::end(kOfTheFirst),
                      [&](std::string_view key) { return probe.contains(key); });
}

bool HasDefaultSteps(const Case& the_case) {
  const std::vector<Step> usual = DefaultSteps();
  return std::equal(the_case.steps.begin(), the_case.steps.end(), usual.begin(), usual.end(),
                    [](const Step& a, const Step& b) {
                      return a.verb == b.verb && a.container.empty() && a.options.empty() &&
                             a.then.is_null() && a.fails == Fails::kNo;
                    });
}

bool Follows(const Case& the_case) {
  if (!the_case.expect.is_object() || !the_case.expect.contains("probe")) return false;
  // With a terminal, or with other arguments than the probe's, it is the first process that
  // matters.
  const Json process = the_case.config.value("process", Json::object());
  const bool own_program =
      process.is_object() && (process.contains("terminal") || process.contains("args"));
  return !own_program && the_case.patch.empty() && HoldsForAny(the_case.expect["probe"]) &&
         HasDefaultSteps(the_case);
}

Step AgainStep() {
  Step step;
  step.verb = "exec";
  step.as = kLabel;
  step.aside = true;
  return step;
}

}  // namespace

std::optional<Case> ByExec(Case& the_case) {
  if (!Follows(the_case)) return std::nullopt;
  the_case.steps.insert(the_case.steps.begin() + 2, AgainStep());
  Case other = the_case;
  other.id += "/by-exec";
  other.title = "by exec: " + the_case.title;
  other.requirements = {kRequirement};
  other.needs.emplace_back("verb-exec");
  // The rest stays: what the probe is compared with has to be observed here too.
  other.expect.erase("probe");
  other.expect["exec"][kLabel] = {{"exitCode", 0}, {"probe", the_case.expect["probe"]}};
  return other;
}

}  // namespace loadline::conformance
