// SPDX-License-Identifier: Apache-2.0
// Rules on the version, the root filesystem, names and annotations.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/names/annotation_keys.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kSemVer[] = {"oci-runtime/config/oci-version/semver"};
constexpr std::string_view kRootRequired[] = {"oci-runtime/config/root/required"};
constexpr std::string_view kRootConventional[] = {"oci-runtime/config/root/path-conventional"};
constexpr std::string_view kKeyNotEmpty[] = {"oci-runtime/config/annotations/key-not-empty"};
constexpr std::string_view kKeyReverse[] = {"oci-runtime/config/annotations/key-reverse-domain"};
constexpr std::string_view kKeyReserved[] = {"oci-runtime/config/annotations/reserved-keys",
                                             "oci-runtime/config/annotations/reserved-namespace"};

void CheckSemVer(const RuleInput& input, Reporter& reporter) {
  const auto version = StringAt(input.config, "/ociVersion");
  if (version && !schema::SpecVersion::Parse(*version).has_value())
    reporter.Report("/ociVersion", "\"" + *version + "\" is not a semantic version",
                    "write it like 1.2.0");
}

void CheckKnownVersion(const RuleInput& input, Reporter& reporter) {
  const auto text = StringAt(input.config, "/ociVersion");
  const auto version = schema::SpecVersion::Parse(text.value_or(""));
  if (!version.has_value()) return;
  const auto& newest = schema::VersionsOf("oci-runtime").back();
  if (version->major != 1)
    reporter.Report("/ociVersion",
                    "there is no version " + *text + " of the standard that runtimes implement",
                    "declare 1.x.y");
  if (newest < *version && version->major == 1)
    reporter.Report("/ociVersion",
                    "version " + *text + " is newer than " + newest.ToText() +
                        ", the newest that is known here",
                    "declare the oldest version that has what the bundle uses");
}

void CheckRootPresent(const RuleInput& input, Reporter& reporter) {
  if (!input.config.is_object() || input.config.contains("root") ||
      input.config.contains("windows"))
    return;
  reporter.Report("", "the property \"root\" is missing",
                  "name the root filesystem: {\"root\": {\"path\": \"rootfs\"}}");
}

void CheckRootConventional(const RuleInput& input, Reporter& reporter) {
  const auto path = StringAt(input.config, "/root/path");
  if (path && path->find("rootfs") == std::string::npos && !path->starts_with('/') &&
      !IsForWindows(input.config))
    reporter.Report("/root/path", "the root filesystem is called \"" + *path + "\"",
                    "by convention it is called rootfs");
}

void CheckHostname(const RuleInput& input, Reporter& reporter) {
  if (!IsForLinux(input.config)) return;
  for (const char* name : {"hostname", "domainname"}) {
    const std::string pointer = std::string("/") + name;
    const auto value = StringAt(input.config, pointer);
    if (value && !value->empty() && !HasNamespace(input.config, "uts"))
      reporter.Report(pointer, std::string(name) + " needs a uts namespace of the container's own",
                      "add {\"type\": \"uts\"} to /linux/namespaces");
  }
}

void CheckHostnameLength(const RuleInput& input, Reporter& reporter) {
  for (const char* pointer : {"/hostname", "/domainname"}) {
    const auto value = StringAt(input.config, pointer);
    if (value && value->size() > 64)
      reporter.Report(pointer, "the name has " + std::to_string(value->size()) + " bytes",
                      "the kernel takes at most 64");
  }
}

void CheckAnnotationKeys(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/annotations",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (key.empty())
                    reporter.Report(pointer, "an annotation has an empty key",
                                    "give it a name such as com.example.key");
                });
}

void CheckAnnotationDomains(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/annotations",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (!key.empty() && key.find('.') == std::string::npos)
                    reporter.Report(pointer,
                                    "the annotation \"" + key + "\" is not named by a domain",
                                    "call it com.example." + key);
                });
}

void CheckReservedAnnotations(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/annotations",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (IsReservedKey(key) && !IsImageKey(key) && !IsOtherOciKey(key))
                    reporter.Report(
                        pointer,
                        "the annotation \"" + key +
                            "\" is in the standard's own name space and not one that it defines",
                        "use a domain of your own");
                });
}

void CheckPlatform(const RuleInput& input, Reporter& reporter) {
  for (const char* platform : {"windows", "solaris", "zos", "freebsd"}) {
    const std::string pointer = std::string("/") + platform;
    if (At(input.config, pointer) != nullptr && At(input.config, "/linux") != nullptr)
      reporter.Report(pointer,
                      std::string("there is a ") + platform + " section beside the linux one",
                      "a bundle is for one platform: remove the other section");
  }
}

constexpr Rule kRules[] = {
    {"config/basics/semver", "ociVersion is a semantic version", Level::kMust, kSemVer,
     CheckSemVer},
    {"config/basics/known-version",
     "ociVersion is a version that exists",
     Level::kShould,
     {},
     CheckKnownVersion},
    {"config/basics/root-present", "there is a root", Level::kMust, kRootRequired,
     CheckRootPresent},
    {"config/basics/root-conventional", "the root filesystem is called rootfs", Level::kShould,
     kRootConventional, CheckRootConventional},
    {"config/basics/names-need-uts",
     "hostname and domainname come with a uts namespace",
     Level::kMust,
     {},
     CheckHostname},
    {"config/basics/names-length",
     "hostname and domainname are short enough for the kernel",
     Level::kMust,
     {},
     CheckHostnameLength},
    {"config/basics/annotation-key-empty", "no annotation has an empty key", Level::kMust,
     kKeyNotEmpty, CheckAnnotationKeys},
    {"config/basics/annotation-key-domain", "annotations are named by a reverse domain",
     Level::kShould, kKeyReverse, CheckAnnotationDomains},
    {"config/basics/annotation-key-reserved",
     "annotations below org.opencontainers are the standard's", Level::kMust, kKeyReserved,
     CheckReservedAnnotations},
    {"config/basics/one-platform",
     "the config is for one platform",
     Level::kShould,
     {},
     CheckPlatform},
};

}  // namespace

RuleArea BasicsRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
