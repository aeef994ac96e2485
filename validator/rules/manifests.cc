// SPDX-License-Identifier: Apache-2.0
#include "validator/rules/manifests.h"

#include <nlohmann/json.hpp>

#include "validator/image/media_types.h"
#include "validator/rules/access.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {

void CheckSchemaVersion(const RuleInput& input, Reporter& reporter) {
  const auto version = WholeAt(input.config, "/schemaVersion");
  if (version && *version != 2)
    reporter.Report("/schemaVersion", Text(*version) + " is not the version of this format",
                    "it is always 2");
}

// Both kinds of document say by mediaType what they are, and Docker's older formats say their own.
void CheckMediaType(const RuleInput& input, Reporter& reporter) {
  const auto said = StringAt(input.config, "/mediaType");
  if (!said) return;
  const MediaRole role = MediaTypeOf(*said).role;
  const bool index = input.type == SubjectType::kIndex;
  if (role != (index ? MediaRole::kIndex : MediaRole::kManifest))
    reporter.Report(
        "/mediaType",
        "\"" + *said + "\" is not the media type of " + (index ? "an index" : "a manifest"),
        index ? "it is application/vnd.oci.image.index.v1+json"
              : "it is application/vnd.oci.image.manifest.v1+json");
}

void CheckMediaTypePresent(const RuleInput& input, Reporter& reporter) {
  if (input.config.is_object() && !input.config.contains("mediaType"))
    reporter.Report("", "it does not say its media type",
                    "say mediaType: without it a manifest can be taken for an index");
}

void CheckArtifactType(const RuleInput& input, Reporter& reporter) {
  CheckGrammar(input.config, "/artifactType", "media-type", reporter);
}

// What is of no known kind may be a manifest of some other standard.
void CheckSubject(const RuleInput& input, Reporter& reporter) {
  const auto type = StringAt(input.config, "/subject/mediaType");
  if (!type) return;
  const MediaRole role = MediaTypeOf(*type).role;
  if (role == MediaRole::kImageConfig || role == MediaRole::kLayer || role == MediaRole::kEmpty)
    reporter.Report("/subject/mediaType", "\"" + *type + "\" is no media type of a manifest",
                    "name the manifest that this one is about");
}

}  // namespace loadline::validator
