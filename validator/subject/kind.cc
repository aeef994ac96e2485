// SPDX-License-Identifier: Apache-2.0
#include "validator/subject/kind.h"

namespace loadline::validator {
namespace {

using T = SubjectType;

// In the order of the enumeration.
constexpr SubjectKind kKinds[] = {
    {T::kBundle, "bundle", "oci-runtime", "oci-runtime/config.json", "/ociVersion"},
    {T::kConfig, "config", "oci-runtime", "oci-runtime/config.json", "/ociVersion"},
    {T::kState, "state", "oci-runtime", "oci-runtime/state.json", "/ociVersion"},
    {T::kFeatures, "features", "oci-runtime", "oci-runtime/features.json", "/ociVersionMax"},
    {T::kSeccompState, "seccomp-state", "oci-runtime", "oci-runtime/seccomp-state.json",
     "/ociVersion"},
    {T::kImage, "image", "oci-image", "", ""},
    {T::kLayoutFile, "oci-layout", "oci-image", "oci-image/layout.json", ""},
    {T::kIndex, "index", "oci-image", "oci-image/index.json", ""},
    {T::kManifest, "manifest", "oci-image", "oci-image/manifest.json", ""},
    {T::kImageConfig, "image-config", "oci-image", "oci-image/config.json", ""},
    {T::kDescriptor, "descriptor", "oci-image", "oci-image/descriptor.json", ""},
    {T::kLayer, "layer", "oci-image", "", ""},
    {T::kAci, "aci", "appc", "", ""},
    {T::kAppcImage, "appc-image", "appc", "appc/image-manifest.json", ""},
    {T::kAppcPod, "appc-pod", "appc", "appc/pod-manifest.json", ""},
    {T::kAppcDiscovery, "appc-discovery", "appc", "", ""},
    {T::kSignature, "signature", "", "", ""},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    if (static_cast<size_t>(kKinds[i].type) != i) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

std::span<const SubjectKind> SubjectKinds() { return kKinds; }

const SubjectKind& KindOf(SubjectType type) { return kKinds[static_cast<size_t>(type)]; }

std::string_view ToText(SubjectType type) { return KindOf(type).name; }

std::string SchemaRule(std::string_view schema) {
  // Those of the runtime standard had their ids before there were others.
  constexpr std::string_view kRuntime = "oci-runtime/";
  if (schema.starts_with(kRuntime)) schema.remove_prefix(kRuntime.size());
  return "schema/" + std::string(schema.substr(0, schema.rfind('.')));
}

std::optional<SubjectType> SubjectTypeFromText(std::string_view name) {
  for (const SubjectKind& kind : kKinds) {
    if (kind.name == name) return kind.type;
  }
  return std::nullopt;
}

}  // namespace loadline::validator
