// SPDX-License-Identifier: Apache-2.0
// Rules on the names and versions of both manifests of appc (types.md).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kIdentifiers[] = {"/name",
                                             "/labels/*/name",
                                             "/annotations/*/name",
                                             "/dependencies/*/imageName",
                                             "/dependencies/*/labels/*/name",
                                             "/app/isolators/*/name",
                                             "/isolators/*/name",
                                             "/apps/*/app/isolators/*/name",
                                             "/apps/*/image/name",
                                             "/apps/*/image/labels/*/name"};

constexpr std::string_view kNames[] = {"/app/mountPoints/*/name",
                                       "/app/ports/*/name",
                                       "/apps/*/name",
                                       "/apps/*/app/mountPoints/*/name",
                                       "/apps/*/app/ports/*/name",
                                       "/apps/*/mounts/*/volume",
                                       "/apps/*/mounts/*/appVolume/name",
                                       "/apps/*/annotations/*/name",
                                       "/volumes/*/name",
                                       "/ports/*/name",
                                       "/ports/*/podPort/name"};

// The releases of the standard; acVersion has to be one of them.
constexpr std::string_view kReleases[] = {
    "0.1.1", "0.2.0", "0.3.0", "0.4.0", "0.4.1", "0.5.0", "0.5.1", "0.5.2",  "0.6.0",
    "0.6.1", "0.7.0", "0.7.1", "0.7.2", "0.7.3", "0.7.4", "0.8.0", "0.8.1",  "0.8.2",
    "0.8.3", "0.8.4", "0.8.5", "0.8.6", "0.8.7", "0.8.8", "0.8.9", "0.8.10", "0.8.11"};

void CheckEach(const RuleInput& input, std::span<const std::string_view> places,
               const char* grammar, Reporter& reporter) {
  for (const std::string_view place : places) {
    ForEachAt(input.config, place, [&](const Json&, const std::string& pointer) {
      CheckGrammar(input.config, pointer, grammar, reporter);
    });
  }
}

void CheckIdentifiers(const RuleInput& input, Reporter& reporter) {
  CheckEach(input, kIdentifiers, "ac-identifier", reporter);
}

void CheckNames(const RuleInput& input, Reporter& reporter) {
  CheckEach(input, kNames, "ac-name", reporter);
  // A pod's own annotations have AC Names, which an image's do not need to be.
  static constexpr std::string_view kPod[] = {"/annotations/*/name"};
  if (input.type == SubjectType::kAppcPod) CheckEach(input, kPod, "ac-name", reporter);
}

void CheckImageIds(const RuleInput& input, Reporter& reporter) {
  static constexpr std::string_view kIds[] = {"/dependencies/*/imageID", "/apps/*/image/id"};
  CheckEach(input, kIds, "image-id", reporter);
}

void CheckVersionForm(const RuleInput& input, Reporter& reporter) {
  const auto version = StringAt(input.config, "/acVersion");
  if (version && !schema::SpecVersion::Parse(*version).has_value())
    reporter.Report("/acVersion", "\"" + *version + "\" is not a semantic version",
                    "write it like 0.8.11");
}

void CheckVersionMajor(const RuleInput& input, Reporter& reporter) {
  const auto version =
      schema::SpecVersion::Parse(StringAt(input.config, "/acVersion").value_or(""));
  if (version.has_value() && version->major != 0)
    reporter.Report("/acVersion", version->ToText() + " is of a major series that was never made",
                    "the last version of the standard is 0.8.11");
}

void CheckVersionTagged(const RuleInput& input, Reporter& reporter) {
  const auto text = StringAt(input.config, "/acVersion");
  const auto version = schema::SpecVersion::Parse(text.value_or(""));
  if (version.has_value() && version->major == 0 &&
      std::find(std::begin(kReleases), std::end(kReleases), *text) == std::end(kReleases))
    reporter.Report("/acVersion", *text + " was never released", "the last release is 0.8.11");
}

constexpr std::string_view kAcNameCited[] = {"appc/types/ac-name/alphanumeric-ends",
                                             "appc/types/ac-name/characters",
                                             "appc/types/ac-name/grammar",
                                             "appc/types/ac-name/not-empty",
                                             "appc/aci/image-manifest-schema/mount-point-name-form",
                                             "appc/aci/image-manifest-schema/port-name-form",
                                             "appc/pods/apps/name-form",
                                             "appc/pods/mounts/volume-form",
                                             "appc/pods/app-annotations/name-form",
                                             "appc/pods/annotations/name-form",
                                             "appc/pods/volumes/name-form",
                                             "appc/pods/ports/name-form"};
constexpr std::string_view kImageIdCited[] = {
    "appc/types/image-id/form", "appc/types/image-id/hex-digest", "appc/types/image-id/sha512",
    "appc/aci/image-manifest-schema/dependency-image-id-form", "appc/pods/apps/image-id-form"};
constexpr std::string_view kVersionFormCited[] = {
    "appc/types/ac-version/semver", "appc/types/ac-version/not-empty",
    "appc/aci/image-manifest-schema/ac-version-form", "appc/pods/ac-version/form"};
constexpr std::string_view kVersionMajorCited[] = {"appc/types/ac-version/major-compatible"};
constexpr std::string_view kVersionTaggedCited[] = {"appc/types/ac-version/tagged"};

constexpr std::string_view kAcIdentifierCited[] = {
    "appc/types/ac-identifier/alphanumeric-ends",
    "appc/types/ac-identifier/characters",
    "appc/types/ac-identifier/grammar",
    "appc/types/ac-identifier/not-empty",
    "appc/aci/image-manifest-schema/name-identifier",
    "appc/aci/image-manifest-schema/label-name-identifier",
    "appc/aci/image-manifest-schema/annotation-name-identifier",
    "appc/aci/image-manifest-schema/dependency-image-name-form",
    "appc/pods/apps/image-name-form",
    "appc/types/isolator/name-form"};

constexpr Rule kRules[] = {
    {"appc/ac-identifier", "identifiers follow the grammar", Level::kMust, kAcIdentifierCited,
     CheckIdentifiers},
    {"appc/ac-name", "names follow the grammar", Level::kMust, kAcNameCited, CheckNames},
    {"appc/image-id", "an image ID is a SHA-512 in hexadecimal digits", Level::kMust, kImageIdCited,
     CheckImageIds},
    {"appc/version-form", "acVersion is a semantic version", Level::kMust, kVersionFormCited,
     CheckVersionForm},
    {"appc/version-major", "acVersion is of a series that exists", Level::kMust, kVersionMajorCited,
     CheckVersionMajor},
    {"appc/version-tagged", "acVersion was released", Level::kMust, kVersionTaggedCited,
     CheckVersionTagged},
};

}  // namespace

RuleArea AppcNamesRules() { return {{SubjectType::kAppcImage, SubjectType::kAppcPod}, kRules}; }

}  // namespace loadline::validator
