// SPDX-License-Identifier: Apache-2.0
// What a subject is, by what it holds.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "validator/archive/archive_reader.h"
#include "validator/image/media_types.h"
#include "validator/rules/access.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

bool Holds(int directory, const char* name) {
  struct stat info {};
  return fstatat(directory, name, &info, 0) == 0;
}

std::optional<SubjectType> TypeOfEntry(const std::string& path) {
  for (const char* name : {"oci-layout", "index.json", "manifest.json", "blobs", "repositories"}) {
    if (path == name) return SubjectType::kImage;
  }
  if (path.starts_with("blobs/")) return SubjectType::kImage;
  if (path == "manifest" || path == "rootfs" || path.starts_with("rootfs/"))
    return SubjectType::kAci;
  return std::nullopt;
}

// As `docker save` names layers and configurations: "<64 hexadecimal digits>.tar", ".json" or "/…".
bool IsNamedByDigest(const std::string& path) {
  return path.find_first_not_of("0123456789abcdef") == 64 && (path[64] == '.' || path[64] == '/');
}

std::optional<SubjectType> TypeOfMediaType(const Json& root) {
  switch (MediaTypeOf(String(root, "mediaType").value_or("")).role) {
    case MediaRole::kIndex:
      return SubjectType::kIndex;
    case MediaRole::kManifest:
      return SubjectType::kManifest;
    default:
      return std::nullopt;
  }
}

// Members that only one kind of document has; the first row that a document has decides.
struct Sign {
  SubjectType type;
  const char* members[2];
};

constexpr Sign kSigns[] = {
    {SubjectType::kFeatures, {"ociVersionMin", "ociVersionMin"}},
    {SubjectType::kFeatures, {"ociVersionMax", "ociVersionMax"}},
    {SubjectType::kSeccompState, {"fds", "state"}},
    {SubjectType::kState, {"status", "bundle"}},
    {SubjectType::kLayoutFile, {"imageLayoutVersion", "imageLayoutVersion"}},
    {SubjectType::kIndex, {"schemaVersion", "manifests"}},
    {SubjectType::kManifest, {"schemaVersion", "layers"}},
    {SubjectType::kManifest, {"schemaVersion", "config"}},
    {SubjectType::kImageConfig, {"rootfs", "architecture"}},
    {SubjectType::kImageConfig, {"rootfs", "os"}},
    {SubjectType::kImageConfig, {"rootfs", "history"}},
    {SubjectType::kDescriptor, {"mediaType", "digest"}},
    {SubjectType::kConfig, {"ociVersion", "ociVersion"}},
    {SubjectType::kConfig, {"process", "process"}},
    {SubjectType::kConfig, {"root", "root"}},
    {SubjectType::kConfig, {"linux", "linux"}},
    {SubjectType::kConfig, {"mounts", "mounts"}},
};

}  // namespace

std::optional<SubjectType> DetectDirectory(int directory) {
  if (Holds(directory, "oci-layout") ||
      (Holds(directory, "index.json") && Holds(directory, "blobs")))
    return SubjectType::kImage;
  if (Holds(directory, "config.json")) return SubjectType::kBundle;
  if (Holds(directory, "manifest") && Holds(directory, "rootfs")) return SubjectType::kAci;
  return std::nullopt;
}

std::optional<SubjectType> DetectArchive(const OpenedSubject& subject) {
  const Format format = FormatOf(subject.beginning);
  if (format != Format::kTar && !IsCompressed(format)) return std::nullopt;
  if (subject.path.ends_with(".aci")) return SubjectType::kAci;
  BytesSource bytes(subject.beginning);
  auto unpacked = UnpackingSource::Open(bytes, format);
  if (!unpacked.has_value()) return std::nullopt;
  auto reader = TarReader::Open(*unpacked);
  if (!reader.has_value()) return std::nullopt;
  // Archives of `docker save` may begin with directories that are named by digests.
  std::optional<SubjectType> guess;
  while (true) {
    const auto entry = reader->NextEntry();
    if (!entry.has_value() || !*entry) return guess;
    const std::string path = CleanPath((*entry)->path);
    if (const auto type = TypeOfEntry(path)) return type;
    if (IsNamedByDigest(path)) guess = SubjectType::kImage;
  }
}

std::optional<SubjectType> DetectDocument(const Document& document) {
  const Json* root = document.root();
  if (root == nullptr || !root->is_object()) return std::nullopt;
  const auto kind = String(*root, "acKind");
  if (kind) return kind == "PodManifest" ? SubjectType::kAppcPod : SubjectType::kAppcImage;
  if (const auto type = TypeOfMediaType(*root); type && !root->contains("digest")) return type;
  for (const Sign& sign : kSigns) {
    if (root->contains(sign.members[0]) && root->contains(sign.members[1])) return sign.type;
  }
  return std::nullopt;
}

}  // namespace loadline::validator
