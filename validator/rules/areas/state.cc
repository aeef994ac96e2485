// SPDX-License-Identifier: Apache-2.0
// Rules on state documents.
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kVersion[] = {"oci-runtime/runtime/state/oci-version"};
constexpr std::string_view kPid[] = {"oci-runtime/runtime/state/pid"};
constexpr std::string_view kBundle[] = {"oci-runtime/runtime/state/bundle"};

void CheckVersion(const RuleInput& input, Reporter& reporter) {
  const auto version = StringAt(input.config, "/ociVersion");
  if (version && !schema::SpecVersion::Parse(*version).has_value())
    reporter.Report("/ociVersion", "\"" + *version + "\" is not a semantic version",
                    "write it like 1.2.0");
}

void CheckPid(const RuleInput& input, Reporter& reporter) {
  const auto status = StringAt(input.config, "/status").value_or("");
  const auto pid = WholeAt(input.config, "/pid");
  if ((status == "created" || status == "running") && (!pid || *pid <= 0))
    reporter.Report(pid ? "/pid" : "", "a " + status + " container has no pid",
                    "the state holds the pid of the container's process");
}

void CheckBundle(const RuleInput& input, Reporter& reporter) {
  const auto bundle = StringAt(input.config, "/bundle");
  if (bundle && !bundle->starts_with('/'))
    reporter.Report("/bundle", "\"" + *bundle + "\" is not an absolute path",
                    "the state holds the absolute path of the bundle");
}

constexpr Rule kRules[] = {
    {"state/semver", "ociVersion is a semantic version", Level::kMust, kVersion, CheckVersion},
    {"state/pid", "a created or running container has a pid", Level::kMust, kPid, CheckPid},
    {"state/bundle-absolute", "the bundle's path is absolute", Level::kMust, kBundle, CheckBundle},
};

}  // namespace

RuleArea StateRules() { return {SubjectType::kState, kRules}; }

}  // namespace loadline::validator
