// SPDX-License-Identifier: Apache-2.0
// Rules on image manifests (image-spec manifest.md).
#include <nlohmann/json.hpp>

#include "validator/image/media_types.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/manifests.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

void CheckArtifactTypeRequired(const RuleInput& input, Reporter& reporter) {
  const auto config = StringAt(input.config, "/config/mediaType");
  if (config && MediaTypeOf(*config).role == MediaRole::kEmpty &&
      !input.config.contains("artifactType"))
    reporter.Report("", "the configuration is empty, and nothing says what the artifact is",
                    "say artifactType");
}

void CheckLayers(const RuleInput& input, Reporter& reporter) {
  const Json* layers = At(input.config, "/layers");
  if (layers != nullptr && layers->is_array() && layers->empty())
    reporter.Report("/layers", "there is no layer",
                    "some registries refuse that: add the empty descriptor");
}

void CheckNoIndex(const RuleInput& input, Reporter& reporter) {
  if (input.config.contains("manifests"))
    reporter.Report("/manifests", "a manifest that can be read as an index",
                    "clients differ in what they see (CVE-2021-41190): remove manifests");
}

void CheckNotEmptyLayers(const RuleInput& input, Reporter& reporter) {
  const auto config = StringAt(input.config, "/config/mediaType");
  if (!config || MediaTypeOf(*config).role == MediaRole::kImageConfig) return;
  ForEach(input.config, "/layers", [&](const Json& layer, const std::string& pointer) {
    if (Integer(layer, "size") == Whole{0})
      reporter.Report(pointer + "/size", "a layer of an artifact has no content",
                      "use the empty descriptor, whose content is {}");
  });
}

void CheckArtifactConfig(const RuleInput& input, Reporter& reporter) {
  const auto config = StringAt(input.config, "/config/mediaType");
  if (config && MediaTypeOf(*config).role == MediaRole::kImageConfig &&
      input.config.contains("artifactType"))
    reporter.Report("/config/mediaType", "an artifact has the configuration of an image",
                    "use a media type of the artifact's own, or the empty one");
}

void CheckConfigPortable(const RuleInput& input, Reporter& reporter) {
  const auto config = StringAt(input.config, "/config/mediaType");
  if (config && MediaTypeOf(*config).docker)
    reporter.Report("/config/mediaType", "\"" + *config + "\" is Docker's and not the standard's",
                    "use application/vnd.oci.image.config.v1+json");
}

// What every implementation has to support, and so no packing but gzip.
bool IsPortableLayer(const MediaType& type) {
  return type.role == MediaRole::kLayer && !type.docker && type.packing != Format::kZstd;
}

void CheckLayersPortable(const RuleInput& input, Reporter& reporter) {
  const auto config = StringAt(input.config, "/config/mediaType");
  if (!config || MediaTypeOf(*config).role != MediaRole::kImageConfig) return;
  ForEach(input.config, "/layers", [&](const Json& layer, const std::string& pointer) {
    const auto type = String(layer, "mediaType");
    if (type && !IsPortableLayer(MediaTypeOf(*type)))
      reporter.Report(pointer + "/mediaType",
                      "\"" + *type + "\" is no type of layer that everybody has to support",
                      "pack layers with gzip where clients of all kinds read them");
  });
}

constexpr std::string_view kArtifactTypeCited[] = {"oci-image/manifest/artifact-type/naming-rules"};
constexpr std::string_view kArtifactTypeRequiredCited[] = {
    "oci-image/manifest/artifact-type/with-empty-config",
    "oci-image/manifest/artifact-usage/artifact-type-defined"};
constexpr std::string_view kLayerContentCited[] = {
    "oci-image/manifest/artifact-usage/unused-layers"};
constexpr std::string_view kLayersCited[] = {"oci-image/manifest/layers/at-least-one",
                                             "oci-image/manifest/artifact-usage/unused-layers"};
constexpr std::string_view kMediaTypeCited[] = {"oci-image/manifest/media-type/value"};
constexpr std::string_view kMediaTypePresentCited[] = {"oci-image/manifest/media-type/present"};
constexpr std::string_view kSchemaVersionCited[] = {"oci-image/manifest/schema-version/two"};

constexpr std::string_view kArtifactConfigCited[] = {
    "oci-image/manifest/artifact-usage/config-media-type"};
constexpr std::string_view kConfigPortableCited[] = {
    "oci-image/manifest/config/media-type/portable-image"};
constexpr std::string_view kLayersPortableCited[] = {
    "oci-image/manifest/layers/media-type/portable",
    "oci-image/artifacts-guidance/config-media-type/not-an-image",
    "oci-image/manifest/config/media-type/portable-artifact"};
constexpr std::string_view kSubjectCited[] = {"oci-image/manifest/subject/of-manifest"};

constexpr Rule kRules[] = {
    {"manifest/artifact-config", "an artifact does not have the configuration of an image",
     Level::kMust, kArtifactConfigCited, CheckArtifactConfig},
    {"manifest/config-portable", "the configuration is of the standard's media type",
     Level::kShould, kConfigPortableCited, CheckConfigPortable},
    {"manifest/layers-portable", "every layer is of a type that everybody supports", Level::kShould,
     kLayersPortableCited, CheckLayersPortable},
    {"manifest/subject", "the subject is a manifest", Level::kMust, kSubjectCited, CheckSubject},
    {"manifest/artifact-type", "the artifact type is a media type", Level::kMust,
     kArtifactTypeCited, CheckArtifactType},
    {"manifest/artifact-type-required", "an artifact with an empty configuration says its type",
     Level::kMust, kArtifactTypeRequiredCited, CheckArtifactTypeRequired},
    {"manifest/layer-content", "every layer of an artifact has content", Level::kShould,
     kLayerContentCited, CheckNotEmptyLayers},
    {"manifest/layers", "there is at least one layer", Level::kShould, kLayersCited, CheckLayers},
    {"manifest/media-type", "mediaType is that of a manifest", Level::kMust, kMediaTypeCited,
     CheckMediaType},
    {"manifest/media-type-present", "mediaType is said", Level::kShould, kMediaTypePresentCited,
     CheckMediaTypePresent},
    {"manifest/not-an-index",
     "no manifest can be read as an index",
     Level::kMust,
     {},
     CheckNoIndex},
    {"manifest/schema-version", "schemaVersion is 2", Level::kMust, kSchemaVersionCited,
     CheckSchemaVersion},
};

}  // namespace

RuleArea ManifestRules() { return {SubjectType::kManifest, kRules}; }

}  // namespace loadline::validator
