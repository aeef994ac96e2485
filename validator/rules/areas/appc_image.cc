// SPDX-License-Identifier: Apache-2.0
// Rules on image manifests of appc (aci.md).
#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/appc.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

struct Platform {
  std::string_view os;
  std::string_view architectures[10];
};

// What the standard's text lists, and what the list has that the text refers to.
constexpr Platform kPlatforms[] = {
    {"linux",
     {"amd64", "i386", "aarch64", "aarch64_be", "armv6l", "armv7l", "armv7b", "ppc64", "ppc64le",
      "s390x"}},
    {"freebsd", {"amd64", "i386", "arm"}},
    {"darwin", {"x86_64", "i386"}},
};

std::optional<std::string> Named(const RuleInput& input, const char* list, std::string_view name,
                                 std::string& pointer) {
  std::optional<std::string> value;
  ForEach(input.config, list, [&](const Json& entry, const std::string& place) {
    if (value || String(entry, "name") != name) return;
    value = String(entry, "value");
    pointer = place + "/value";
  });
  return value;
}

void CheckLabelsUnique(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/labels", "name", "label", reporter);
  ForEach(input.config, "/dependencies", [&](const Json&, const std::string& pointer) {
    CheckUnique(input.config, pointer + "/labels", "name", "label", reporter);
  });
}

void CheckLabelName(const RuleInput& input, Reporter& reporter) {
  for (const char* place : {"/labels/*", "/dependencies/*/labels/*", "/apps/*/image/labels/*"}) {
    ForEachAt(input.config, place, [&](const Json& label, const std::string& pointer) {
      if (String(label, "name") == "name")
        reporter.Report(pointer + "/name", "a label may not be called name",
                        "the image's own name says it");
    });
  }
}

void CheckArchitectureAlone(const RuleInput& input, Reporter& reporter) {
  std::string at;
  std::string pointer;
  if (Named(input, "/labels", "arch", pointer) && !Named(input, "/labels", "os", at))
    reporter.Report(pointer, "an architecture without a system means nothing", "add the label os");
}

void CheckPlatform(const RuleInput& input, Reporter& reporter) {
  std::string at;
  std::string pointer;
  const auto architecture = Named(input, "/labels", "arch", pointer);
  const auto os = Named(input, "/labels", "os", at);
  if (!os) return;
  for (const Platform& platform : kPlatforms) {
    if (platform.os != *os) continue;
    const bool known =
        !architecture ||
        std::find(std::begin(platform.architectures), std::end(platform.architectures),
                  *architecture) != std::end(platform.architectures);
    if (!known)
      reporter.Report(pointer, *os + "/" + *architecture + " is not listed by the standard",
                      "use one like linux/amd64");
    return;
  }
  reporter.Report(at, "the system \"" + *os + "\" is not listed by the standard",
                  "it lists linux, freebsd and darwin");
}

void CheckAnnotationsUnique(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/annotations", "name", "annotation", reporter);
}

void CheckCreated(const RuleInput& input, Reporter& reporter) {
  std::string pointer;
  if (Named(input, "/annotations", "created", pointer))
    CheckGrammar(input.config, pointer, "timestamp", reporter);
}

void CheckUrls(const RuleInput& input, Reporter& reporter) {
  for (const char* name : {"homepage", "documentation"}) {
    std::string pointer;
    const auto url = Named(input, "/annotations", name, pointer);
    const bool web = url && (url->starts_with("http://") || url->starts_with("https://"));
    if (url && !(web && Follows("uri", *url)))
      reporter.Report(pointer, "\"" + *url + "\" is no address of the web",
                      "write it like https://example.com/");
  }
}

void CheckNotify(const RuleInput& input, Reporter& reporter) {
  std::string pointer;
  const auto value =
      Named(input, "/annotations", "appc.io/executor/supports-systemd-notify", pointer);
  if (value && *value != "true" && *value != "false")
    reporter.Report(pointer, "\"" + *value + "\" is neither true nor false", "say one of them");
}

void CheckNameLikeUrl(const RuleInput& input, Reporter& reporter) {
  const auto name = StringAt(input.config, "/name");
  if (!name || !Follows("ac-identifier", *name)) return;
  if (name->substr(0, name->find('/')).find('.') == std::string::npos ||
      name->find('/') == std::string::npos)
    reporter.Report("/name", "\"" + *name + "\" does not begin with a host and a path",
                    "name it like example.com/app, so that it can be discovered");
}

void CheckWhitelist(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/pathWhitelist", [&](const Json& path, const std::string& pointer) {
    if (path.is_string() && !path.get<std::string>().starts_with('/'))
      reporter.Report(pointer, path.dump() + " is not an absolute path", "begin it with /");
  });
}

// The whitelist is a complete set: a directory that is not in it is removed with all that is below.
void CheckWhitelistDirectories(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> listed;
  for (std::string path : Strings(input.config, "/pathWhitelist")) {
    if (path.size() > PATH_MAX) continue;  // no file system has it
    while (path.ends_with('/')) path.pop_back();
    listed.insert(std::move(path));
  }
  std::set<std::string> missing;
  for (const std::string& path : listed) {
    for (size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
      const std::string directory = path.substr(0, slash);
      if (!listed.contains(directory)) missing.insert(directory);
    }
  }
  if (!missing.empty())
    reporter.Report(
        "/pathWhitelist",
        "it has paths in " + *missing.begin() +
            (missing.size() > 1 ? " and " + std::to_string(missing.size() - 1) + " more" : "") +
            ", and not these directories themselves",
        "the whitelist is to be complete: list directories too");
}

constexpr std::string_view kAnnotationsUniqueCited[] = {
    "appc/aci/image-manifest-schema/annotation-names-unique"};
constexpr std::string_view kArchWithOsCited[] = {"appc/aci/image-manifest-schema/arch-with-os"};
constexpr std::string_view kCreatedCited[] = {"appc/aci/image-manifest-schema/created-timestamp",
                                              "appc/types/timestamps/form",
                                              "appc/types/timestamps/with-t"};
constexpr std::string_view kLabelNameCited[] = {
    "appc/aci/image-manifest-schema/label-name-not-name"};
constexpr std::string_view kLabelsUniqueCited[] = {
    "appc/aci/image-manifest-schema/label-names-unique",
    "appc/aci/image-manifest-schema/dependency-labels-form"};
constexpr std::string_view kNameLikeUrlCited[] = {"appc/aci/image-manifest-schema/name-like-url"};
constexpr std::string_view kOsArchCited[] = {"appc/aci/image-manifest-schema/os-arch-known"};
constexpr std::string_view kPathWhitelistCited[] = {
    "appc/aci/image-manifest-schema/path-whitelist-absolute"};
constexpr std::string_view kSystemdNotifyCited[] = {
    "appc/aci/image-manifest-schema/systemd-notify-boolean"};
constexpr std::string_view kUrlCited[] = {"appc/aci/image-manifest-schema/homepage-url",
                                          "appc/aci/image-manifest-schema/documentation-url"};

constexpr Rule kRules[] = {
    {"appc/annotations-unique", "no annotation is said twice", Level::kMust,
     kAnnotationsUniqueCited, CheckAnnotationsUnique},
    {"appc/arch-with-os", "an architecture comes with a system", Level::kShould, kArchWithOsCited,
     CheckArchitectureAlone},
    {"appc/created", "the time of creation follows RFC 3339", Level::kMust, kCreatedCited,
     CheckCreated},
    {"appc/label-name", "no label is called name", Level::kMust, kLabelNameCited, CheckLabelName},
    {"appc/labels-unique", "no label is said twice", Level::kMust, kLabelsUniqueCited,
     CheckLabelsUnique},
    {"appc/name-like-url", "the name begins with a host", Level::kShould, kNameLikeUrlCited,
     CheckNameLikeUrl},
    {"appc/os-arch", "the platform is one that the standard lists", Level::kShould, kOsArchCited,
     CheckPlatform},
    {"appc/path-whitelist", "every path of the whitelist is absolute", Level::kMust,
     kPathWhitelistCited, CheckWhitelist},
    {"appc/path-whitelist-directories",
     "the whitelist lists the directories of its paths",
     Level::kMay,
     {},
     CheckWhitelistDirectories},
    {"appc/systemd-notify", "support for systemd's notification is true or false", Level::kMust,
     kSystemdNotifyCited, CheckNotify},
    {"appc/url", "addresses are of the web", Level::kMust, kUrlCited, CheckUrls},
};

}  // namespace

RuleArea AppcImageRules() { return {SubjectType::kAppcImage, kRules}; }

}  // namespace loadline::validator
