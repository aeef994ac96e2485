// SPDX-License-Identifier: Apache-2.0
// Rules on image indexes (image-spec image-index.md).
#include <nlohmann/json.hpp>

#include "validator/image/media_types.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/manifests.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

void CheckNoManifest(const RuleInput& input, Reporter& reporter) {
  for (const char* key : {"layers", "config"}) {
    if (input.config.contains(key))
      reporter.Report(
          Join("", key), "an index that can be read as a manifest",
          "clients differ in what they see (CVE-2021-41190): remove " + std::string(key));
  }
}

void CheckEntriesKnown(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/manifests", [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "mediaType");
    if (!type) return;
    const MediaRole role = MediaTypeOf(*type).role;
    if (role != MediaRole::kManifest && role != MediaRole::kIndex)
      reporter.Report(pointer + "/mediaType", "\"" + *type + "\" is not known to every client",
                      "use a media type of the standard where clients of all kinds read it");
  });
}

constexpr std::string_view kArtifactTypeCited[] = {
    "oci-image/image-index/artifact-type/naming-rules"};
constexpr std::string_view kEntryMediaTypeCited[] = {
    "oci-image/image-index/manifests/media-type/portable",
    "oci-image/image-index/manifests/media-type/portable-manifest"};
constexpr std::string_view kMediaTypeCited[] = {"oci-image/image-index/media-type/value"};
constexpr std::string_view kMediaTypePresentCited[] = {"oci-image/image-index/media-type/present"};
constexpr std::string_view kSchemaVersionCited[] = {"oci-image/image-index/schema-version/two"};

constexpr std::string_view kSubjectCited[] = {"oci-image/image-index/subject/of-manifest"};

constexpr Rule kRules[] = {
    {"index/subject", "the subject is a manifest", Level::kMust, kSubjectCited, CheckSubject},
    {"index/artifact-type", "the artifact type is a media type", Level::kMust, kArtifactTypeCited,
     CheckArtifactType},
    {"index/entry-media-type", "entries have media types of the standard", Level::kShould,
     kEntryMediaTypeCited, CheckEntriesKnown},
    {"index/media-type", "mediaType is that of an index", Level::kMust, kMediaTypeCited,
     CheckMediaType},
    {"index/media-type-present", "mediaType is said", Level::kShould, kMediaTypePresentCited,
     CheckMediaTypePresent},
    {"index/not-a-manifest",
     "no index can be read as a manifest",
     Level::kMust,
     {},
     CheckNoManifest},
    {"index/schema-version", "schemaVersion is 2", Level::kMust, kSchemaVersionCited,
     CheckSchemaVersion},
};

}  // namespace

RuleArea IndexRules() { return {SubjectType::kIndex, kRules}; }

}  // namespace loadline::validator
