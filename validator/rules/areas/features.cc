// SPDX-License-Identifier: Apache-2.0
// Rules on features documents.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kOrder[] = {
    "oci-runtime/features/specification-version/max-not-below-min"};

void CheckVersions(const RuleInput& input, Reporter& reporter) {
  for (const char* pointer : {"/ociVersionMin", "/ociVersionMax"}) {
    const auto version = StringAt(input.config, pointer);
    if (version && !schema::SpecVersion::Parse(*version).has_value())
      reporter.Report(pointer, "\"" + *version + "\" is not a semantic version",
                      "write it like 1.2.0");
  }
}

void CheckOrder(const RuleInput& input, Reporter& reporter) {
  const auto oldest =
      schema::SpecVersion::Parse(StringAt(input.config, "/ociVersionMin").value_or(""));
  const auto newest =
      schema::SpecVersion::Parse(StringAt(input.config, "/ociVersionMax").value_or(""));
  if (oldest.has_value() && newest.has_value() && *newest < *oldest)
    reporter.Report("/ociVersionMax",
                    newest->ToText() + " is older than ociVersionMin, " + oldest->ToText(),
                    "exchange them");
}

void CheckHooks(const RuleInput& input, Reporter& reporter) {
  static constexpr std::string_view kKinds[] = {
      "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};
  ForEach(input.config, "/hooks", [&](const Json& name, const std::string& pointer) {
    if (name.is_string() && std::find(std::begin(kKinds), std::end(kKinds),
                                      name.get<std::string>()) == std::end(kKinds))
      reporter.Report(pointer, name.dump() + " is no kind of hook",
                      "use the names of the standard");
  });
}

void CheckAnnotationKeys(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/annotations",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (key.empty())
                    reporter.Report(pointer, "an annotation has an empty key", "give it a name");
                });
}

// What is handed to a filesystem as text, and means nothing to any other.
void CheckMountOptions(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/mountOptions", [&](const Json& option, const std::string& pointer) {
    const std::string name = option.is_string() ? option.get<std::string>() : "";
    for (const char* data : {"lowerdir", "upperdir", "workdir", "size", "nr_inodes", "gid", "uid",
                             "newinstance", "ptmxmode", "hidepid", "subset"}) {
      if (name == data || name.starts_with(std::string(data) + "="))
        reporter.Report(pointer, "\"" + name + "\" is an option of one filesystem",
                        "list what the runtime itself understands");
    }
  });
}

struct Newer {
  std::string_view pointer;
  std::string_view since;
};

constexpr Newer kNewer[] = {
    {"/potentiallyUnsafeConfigAnnotations", "1.2.0"},
    {"/linux/mountExtensions", "1.2.0"},
    {"/linux/netDevices", "1.3.0"},
    {"/linux/memoryPolicy", "1.3.0"},
    {"/linux/intelRdt/schemata", "1.3.0"},
    {"/linux/intelRdt/monitoring", "1.3.0"},
};

void CheckProperties(const RuleInput& input, Reporter& reporter) {
  const auto newest =
      schema::SpecVersion::Parse(StringAt(input.config, "/ociVersionMax").value_or(""));
  if (!newest.has_value()) return;
  for (const Newer& newer : kNewer) {
    const auto since = schema::SpecVersion::Parse(newer.since).value();
    if (since <= *newest || At(input.config, std::string(newer.pointer)) == nullptr) continue;
    reporter.Report(std::string(newer.pointer),
                    "it is new in version " + std::string(newer.since) + ", and ociVersionMax is " +
                        newest->ToText(),
                    "raise ociVersionMax, or leave it out");
  }
}

constexpr std::string_view kAnnotationKeyCited[] = {
    "oci-runtime/features/annotations/keys-as-in-config"};
constexpr std::string_view kMountOptionsCited[] = {
    "oci-runtime/features/mount-options/no-filesystem-data"};
constexpr std::string_view kPropertyKnownCited[] = {
    "oci-runtime/features/specification-version/no-unknown-properties"};

constexpr Rule kRules[] = {
    {"features/annotation-key", "no annotation has an empty key", Level::kMust, kAnnotationKeyCited,
     CheckAnnotationKeys},
    {"features/mount-options", "no option is one filesystem's own", Level::kShould,
     kMountOptionsCited, CheckMountOptions},
    {"features/property-known", "nothing is newer than the newest version", Level::kMust,
     kPropertyKnownCited, CheckProperties},
    {"features/semver", "both versions are semantic versions", Level::kMust, {}, CheckVersions},
    {"features/version-order", "the newest version is not older than the oldest", Level::kMust,
     kOrder, CheckOrder},
    {"features/hook-known",
     "every kind of hook is one of the standard",
     Level::kShould,
     {},
     CheckHooks},
};

}  // namespace

RuleArea FeaturesRules() { return {SubjectType::kFeatures, kRules}; }

}  // namespace loadline::validator
