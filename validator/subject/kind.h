// SPDX-License-Identifier: Apache-2.0
// What a subject can be: every document and every container of documents that the standards know.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loadline::validator {

enum class SubjectType {
  kBundle,
  kConfig,
  kState,
  kFeatures,
  kSeccompState,
  kImage,
  kLayoutFile,
  kIndex,
  kManifest,
  kImageConfig,
  kDescriptor,
  kLayer,
  kAci,
  kAppcImage,
  kAppcPod,
  kAppcDiscovery,
  kSignature,
};

struct SubjectKind {
  SubjectType type;
  std::string_view name;      // as reports and --kind say it
  std::string_view standard;  // whose requirements speak of it, "oci-image"
  std::string_view schema;    // "oci-image/index.json"; empty when it is no document
  std::string_view version;   // pointer to the version of the standard in it; empty: none is said
};

std::span<const SubjectKind> SubjectKinds();
const SubjectKind& KindOf(SubjectType type);
std::string_view ToText(SubjectType type);
std::optional<SubjectType> SubjectTypeFromText(std::string_view name);
// The id of the rule that a document follows a schema: "schema/config", "schema/oci-image/index".
std::string SchemaRule(std::string_view schema);

}  // namespace loadline::validator
