// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reports/gate/gate.h"
#include "reports/gate/trend.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

Error Refusal(std::string why) {
  return Failure(ErrorKind::kUsage, "the baseline cannot be compared: " + std::move(why),
                 "pass reports of the same thing, or make this one the baseline: --accept");
}

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

Result<void> CheckCertifications(const Report& baseline, const Report& now) {
  if (baseline.subjects.size() != 1 || now.subjects.size() != 1)
    return Refusal("a certification is of one candidate");
  if (baseline.subjects[0].name != now.subjects[0].name)
    return Refusal("it is of the candidate " + Quoted(baseline.subjects[0].name) + ", this is of " +
                   Quoted(now.subjects[0].name));
  if ((HostFact(baseline, "rootless") == true) != (HostFact(now, "rootless") == true))
    return Refusal("one of the two was called by a user without rights (--rootless)");
  const auto bundle = [](const Report& report) {
    const json given = HostFact(report, "bundle");
    return given.is_object() ? given.value("path", json()) : json();
  };
  if (bundle(baseline) != bundle(now))
    return Refusal("the two were judged with different bundles (--bundle)");
  return {};
}

Result<void> CheckValidations(const Report& baseline, const Report& now) {
  bool any = false;
  for (const Subject& before : baseline.subjects) {
    for (const Subject& after : now.subjects) {
      if (CleanPath(before.name) != CleanPath(after.name)) continue;
      any = true;
      if (before.type != after.type)
        return Refusal(Quoted(after.name) + " was judged as " + before.type + " and is " +
                       after.type + " now");
    }
  }
  if (!any && !baseline.subjects.empty())
    return Refusal("the two have no path in common; the baseline's first is " +
                   Quoted(baseline.subjects[0].name));
  return {};
}

}  // namespace

Result<void> CheckComparable(const Report& baseline, const Report& now) {
  if (baseline.kind != now.kind)
    return Refusal("it is a " + std::string(ToText(baseline.kind)) + ", this is a " +
                   std::string(ToText(now.kind)));
  if (baseline.spec != now.spec) {
    const auto words = [](const std::string& spec) {
      return spec.empty() ? "the version that each document declares" : "version " + spec;
    };
    return Refusal("it was judged by " + words(baseline.spec) + " of the standard, this by " +
                   words(now.spec));
  }
  return now.kind == Kind::kCertification ? CheckCertifications(baseline, now)
                                          : CheckValidations(baseline, now);
}

}  // namespace loadline::reports
