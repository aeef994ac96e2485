// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/referrer.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "reports/certificates/canonical_json.h"

namespace loadline::reports::certificates {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kCap = size_t{64} << 20;
constexpr const char* kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kRefName = "org.opencontainers.image.ref.name";

Error NoLayout(const std::string& layout, const std::string& why) {
  return NoCertificate(layout + " is no OCI image layout: " + why,
                       "give the directory that holds oci-layout and index.json");
}

std::string TextAt(const Json& object, const char* member) {
  if (!object.is_object()) return "";
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<Json> ReadIndex(const std::string& layout) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(layout + "/oci-layout", error))
    return NoLayout(layout, "it has no file oci-layout");
  ASSIGN_OR_RETURN(const std::string text, ReadFile(layout + "/index.json", kCap));
  Json index = Json::parse(text, nullptr, false);
  const auto manifests = index.is_object() ? index.find("manifests") : index.end();
  if (!index.is_object() || manifests == index.end() || !manifests->is_array())
    return NoLayout(layout, "its index.json holds no list of manifests");
  return index;
}

// Only digests of this form become paths.
bool IsSha256(const std::string& digest) {
  return digest.size() == 71 && digest.starts_with("sha256:") &&
         digest.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
}

std::string PathOf(const std::string& layout, const std::string& digest) {
  return layout + "/blobs/sha256/" + digest.substr(7);
}

Result<std::string> ReadBlob(const std::string& layout, const std::string& digest) {
  if (!IsSha256(digest)) return Altered("\"" + digest + "\" names no blob");
  ASSIGN_OR_RETURN(std::string bytes, ReadFile(PathOf(layout, digest), kCap));
  if (Sha256(bytes) != digest) return Altered("the blob " + digest + " is not what it is called");
  return bytes;
}

// Writes a blob and says how to refer to it.
Result<Json> AddBlob(const std::string& layout, const std::string& bytes,
                     const std::string& media_type) {
  const std::string digest = Sha256(bytes);
  std::error_code error;
  std::filesystem::create_directories(layout + "/blobs/sha256", error);  // writing says it as well
  RETURN_IF_ERROR(WriteFileAtomically(PathOf(layout, digest), bytes));
  return Json{{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
}

// An artifact that refers to an image is none itself.
bool IsImage(const Json& descriptor) {
  return TextAt(descriptor, "artifactType").empty() && IsSha256(TextAt(descriptor, "digest"));
}

std::string NameOf(const Json& descriptor) {
  const auto annotations = descriptor.find("annotations");
  return annotations == descriptor.end() ? "" : TextAt(*annotations, kRefName);
}

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
  Error error =
      Failure(layout + (found.empty() ? " has no image " + image : " has several images"),
              names.empty() ? "put an image into it first" : "say which with --image: " + names);
  error.number = EINVAL;
  return error;
}

}  // namespace

Result<void> AttachCertificate(const std::string& layout, const std::string& certificate,
                               const std::string& image) {
  ASSIGN_OR_RETURN(const UniqueFd directory, Open(layout, O_RDONLY | O_DIRECTORY));
  if (flock(directory.get(), LOCK_EX) != 0) return CallError("flock", layout);
  ASSIGN_OR_RETURN(Json index, ReadIndex(layout));
  ASSIGN_OR_RETURN(const Json subject, FindImage(layout, index, image));
  ASSIGN_OR_RETURN(Json empty, AddBlob(layout, "{}", "application/vnd.oci.empty.v1+json"));
  ASSIGN_OR_RETURN(Json layer, AddBlob(layout, certificate, kEnvelopeMediaType));
  layer["annotations"] = {
      {"in-toto.io/predicate-type", "https://in-toto.io/attestation/test-result/v0.1"}};
  const Json manifest = {{"schemaVersion", 2},
                         {"mediaType", kManifest},
                         {"artifactType", kArtifactType},
                         {"config", std::move(empty)},
                         {"layers", Json::array({std::move(layer)})},
                         {"subject",
                          {{"mediaType", TextAt(subject, "mediaType")},
                           {"digest", TextAt(subject, "digest")},
                           {"size", subject.value("size", uint64_t{0})}}}};
  ASSIGN_OR_RETURN(Json descriptor, AddBlob(layout, manifest.dump(), kManifest));
  for (const Json& known : index["manifests"]) {
    if (TextAt(known, "digest") == TextAt(descriptor, "digest")) return {};  // it is there already
  }
  descriptor["artifactType"] = kArtifactType;
  index["manifests"].push_back(std::move(descriptor));
  return WriteFileAtomically(layout + "/index.json", index.dump(2) + "\n");
}

Result<std::vector<AttachedCertificate>> CertificatesIn(const std::string& layout) {
  ASSIGN_OR_RETURN(const Json index, ReadIndex(layout));
  std::vector<AttachedCertificate> certificates;
  for (const Json& descriptor : index["manifests"]) {
    if (TextAt(descriptor, "artifactType") != kArtifactType) continue;
    AttachedCertificate attached;
    attached.digest = TextAt(descriptor, "digest");
    ASSIGN_OR_RETURN(const std::string text, ReadBlob(layout, attached.digest));
    const Json manifest = Json::parse(text, nullptr, false);
    const auto layers = manifest.is_object() ? manifest.find("layers") : manifest.end();
    if (!manifest.is_object() || layers == manifest.end() || !layers->is_array() ||
        layers->size() != 1 || TextAt(layers->front(), "mediaType") != kEnvelopeMediaType)
      continue;  // somebody else's statement
    const auto subject = manifest.find("subject");
    if (subject == manifest.end()) continue;
    attached.subject = TextAt(*subject, "digest");
    ASSIGN_OR_RETURN(attached.text, ReadBlob(layout, TextAt(layers->front(), "digest")));
    certificates.push_back(std::move(attached));
  }
  return certificates;
}

Result<std::vector<SubjectFile>> ImagesIn(const std::string& layout) {
  ASSIGN_OR_RETURN(const Json index, ReadIndex(layout));
  std::vector<SubjectFile> images;
  for (const Json& descriptor : index["manifests"]) {
    if (!IsImage(descriptor)) continue;
    const std::string name = NameOf(descriptor);
    images.push_back({name.empty() ? "image" : "image " + name, TextAt(descriptor, "digest")});
  }
  return images;
}

Result<std::string> DigestOfIndex(const std::string& layout) {
  return Sha256OfFile(layout + "/index.json");
}

}  // namespace loadline::reports::certificates
