// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/referrer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "reports/certificates/certificate.h"
#include "reports/certificates/layout.h"

namespace loadline::reports::certificates {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kRefName = "org.opencontainers.image.ref.name";
constexpr size_t kMostBytes = size_t{128} << 20;  // of all certificates of a layout
constexpr const char* kPredicateAnnotation = "in-toto.io/predicate-type";

const Json* ValueAt(const Json& object, const char* member) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(member);
  return found == object.end() ? nullptr : &*found;
}

std::string TextAt(const Json& object, const char* member) {
  const Json* found = ValueAt(object, member);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

std::string Annotation(const Json& descriptor, const char* name) {
  const Json* annotations = ValueAt(descriptor, "annotations");
  return annotations == nullptr ? "" : TextAt(*annotations, name);
}

// An artifact that refers to an image is none itself.
bool IsImage(const Json& descriptor) {
  return TextAt(descriptor, "artifactType").empty() && IsSha256(TextAt(descriptor, "digest"));
}

std::string NameOf(const Json& descriptor) { return Annotation(descriptor, kRefName); }

Result<Json> FindImage(const std::string& layout, const Json& index, const std::string& image) {
  std::vector<Json> found;
  std::string names;
  for (const Json& descriptor : index["manifests"]) {
    if (!IsImage(descriptor)) continue;
    const std::string name = NameOf(descriptor);
    names += (names.empty() ? "" : ", ") + (name.empty() ? TextAt(descriptor, "digest") : name);
    if (image.empty() || image == name || image == TextAt(descriptor, "digest"))
      found.push_back(descriptor);
  }
  if (found.size() == 1) return found.front();
  return Failure(ErrorKind::kUsage,
                 layout + (found.empty() ? " has no image " + image : " has several images"),
                 names.empty() ? "put an image into it first" : "say which with --image: " + names);
}

// The layer that holds the envelope, unless it is somebody else's statement.
const Json* EnvelopeLayer(const Json& manifest) {
  const Json* layers = ValueAt(manifest, "layers");
  if (layers == nullptr || !layers->is_array() || layers->size() != 1) return nullptr;
  const Json& layer = layers->front();
  const std::string predicate = Annotation(layer, kPredicateAnnotation);
  const bool ours = predicate.empty() || predicate == kPredicateType;
  return ours && TextAt(layer, "mediaType") == kEnvelopeMediaType ? &layer : nullptr;
}

// Nothing when what the descriptor leads to is somebody else's.
Result<std::optional<AttachedCertificate>> Follow(const Layout& layout, const Json& descriptor) {
  AttachedCertificate attached;
  attached.digest = TextAt(descriptor, "digest");
  ASSIGN_OR_RETURN(const std::string text, layout.ReadBlob(attached.digest));
  ASSIGN_OR_RETURN(const Json manifest, ParseOrdered(text));
  const Json* layer = EnvelopeLayer(manifest);
  const Json* subject = ValueAt(manifest, "subject");
  if (layer == nullptr || subject == nullptr) return std::optional<AttachedCertificate>();
  attached.subject = TextAt(*subject, "digest");
  ASSIGN_OR_RETURN(attached.text, layout.ReadBlob(TextAt(*layer, "digest")));
  return std::optional(std::move(attached));
}

}  // namespace

Result<void> AttachCertificate(const std::string& path, const std::string& certificate,
                               const std::string& image) {
  ASSIGN_OR_RETURN(const Layout layout, Layout::Open(path));
  RETURN_IF_ERROR(layout.Lock());
  ASSIGN_OR_RETURN(Json index, layout.ReadIndex());
  ASSIGN_OR_RETURN(const Json subject, FindImage(path, index, image));
  ASSIGN_OR_RETURN(Json empty, layout.AddBlob("{}", "application/vnd.oci.empty.v1+json"));
  ASSIGN_OR_RETURN(Json layer, layout.AddBlob(certificate, kEnvelopeMediaType));
  layer["annotations"] = {{kPredicateAnnotation, kPredicateType}};
  const Json* size = ValueAt(subject, "size");
  const Json manifest = {
      {"schemaVersion", 2},
      {"mediaType", kManifest},
      {"artifactType", kArtifactType},
      {"config", std::move(empty)},
      {"layers", Json::array({std::move(layer)})},
      {"subject",
       {{"mediaType", TextAt(subject, "mediaType")},
        {"digest", TextAt(subject, "digest")},
        {"size", size != nullptr && size->is_number_unsigned() ? *size : Json(0)}}}};
  const std::string text = manifest.dump(-1, ' ', false, Json::error_handler_t::replace);
  ASSIGN_OR_RETURN(Json descriptor, layout.AddBlob(text, kManifest));
  for (const Json& known : index["manifests"]) {
    if (TextAt(known, "digest") == TextAt(descriptor, "digest")) return {};  // it is there already
  }
  descriptor["artifactType"] = kArtifactType;
  index["manifests"].push_back(std::move(descriptor));
  return layout.ReplaceIndex(index);
}

Result<std::vector<AttachedCertificate>> CertificatesIn(const std::string& path) {
  ASSIGN_OR_RETURN(const Layout layout, Layout::Open(path));
  ASSIGN_OR_RETURN(const Json index, layout.ReadIndex());
  std::vector<AttachedCertificate> certificates;
  size_t bytes = 0;
  for (const Json& descriptor : index["manifests"]) {
    if (TextAt(descriptor, "artifactType") != kArtifactType) continue;
    if (bytes > kMostBytes)
      return Failure(ErrorKind::kUnreadable, path + " has more certificates than are read",
                     "take away those that are old");
    auto followed = Follow(layout, descriptor);
    if (!followed)
      certificates.push_back(
          {"", TextAt(descriptor, "digest"), "", std::move(followed).error().ToLine()});
    else if (*followed)
      certificates.push_back(std::move(**followed));
    if (!certificates.empty()) bytes += certificates.back().text.size();
  }
  return certificates;
}

Result<std::vector<SubjectFile>> ImagesIn(const std::string& path) {
  ASSIGN_OR_RETURN(const Layout layout, Layout::Open(path));
  ASSIGN_OR_RETURN(const Json index, layout.ReadIndex());
  std::vector<SubjectFile> images;
  for (const Json& descriptor : index["manifests"]) {
    if (!IsImage(descriptor)) continue;
    const std::string name = NameOf(descriptor);
    images.push_back({name.empty() ? "image" : "image " + name, TextAt(descriptor, "digest")});
  }
  return images;
}

Result<std::string> DigestOfIndex(const std::string& path) {
  ASSIGN_OR_RETURN(const Layout layout, Layout::Open(path));
  return layout.DigestOfIndex();
}

}  // namespace loadline::reports::certificates
