// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/aci_walk.h"

#include <fcntl.h>

#include "base/files.h"

namespace loadline::validator {
namespace {

std::string Quoted(const std::string& path) { return "\"" + path + "\""; }

bool LeavesRoot(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.find("/../") != std::string_view::npos ||
         path.ends_with("/..");
}

}  // namespace

Result<void> AciWalk::Read(TarReader& reader) {
  uint64_t count = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto entry, reader.NextEntry());
    if (!entry) break;
    if (++count > limits_.entries)
      return Failure("it holds more than " + std::to_string(limits_.entries) + " entries");
    RETURN_IF_ERROR(See(*entry, reader));
  }
  Finish();
  return {};
}

Result<void> AciWalk::See(const TarEntry& entry, TarReader& reader) {
  std::string path = CleanPath(entry.path);
  while (path.starts_with('/')) path.erase(0, 1);
  if (LeavesRoot(entry.path) ||
      LeavesRoot(entry.type == EntryType::kHardLink ? entry.target : "")) {
    observations_.Add("aci/path-escape", Quoted(entry.path) + " leads out of the archive's root",
                      "do not unpack this image");
    return {};
  }
  if (path.empty() || path == ".") return {};
  if ((paths_.Add(path, PathSet::kSeen) & PathSet::kSeen) != 0) {
    observations_.Add("aci/no-duplicate-entries", Quoted(path) + " stands twice in the archive",
                      "programs differ in which of them they use: keep one");
    return {};
  }
  SeeTop(path, entry.type);
  if (path != "manifest" || entry.type != EntryType::kFile) return {};
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view bytes, reader.Next());
    if (bytes.empty()) return {};
    if (manifest_.size() + bytes.size() > limits_.document_bytes)
      return Failure("its manifest is larger than " + std::to_string(limits_.document_bytes) +
                     " bytes");
    manifest_ += bytes;
  }
}

void AciWalk::SeeTop(const std::string& path, EntryType type) {
  const std::string top = path.substr(0, path.find('/'));
  if (path == "manifest") {
    has_manifest_ = true;
    has_manifest_file_ = type == EntryType::kFile;
    if (!has_manifest_file_)
      observations_.Add("aci/manifest-file", "manifest is not a regular file",
                        "put the image manifest itself there");
  } else if (top == "rootfs") {
    has_rootfs_ = true;
    if (path == "rootfs" && type != EntryType::kDirectory)
      observations_.Add("aci/rootfs-directory", "rootfs is not a directory",
                        "rootfs holds the files of the image");
  } else {
    observations_.Add("aci/top-level", Quoted(path) + " stands beside manifest and rootfs",
                      "nothing else may stand at the top: move it below rootfs");
  }
}

void AciWalk::Finish() {
  if (!has_manifest_)
    observations_.Add("aci/manifest-present", "it holds no manifest",
                      "the image manifest stands at the top, named manifest");
  if (!has_rootfs_)
    observations_.Add("aci/rootfs-present", "it holds no rootfs",
                      "the files of the image stand below rootfs, which may be empty");
}

Result<std::string> ReadAci(ByteSource& file, Format format, AciWalk& walk) {
  ASSIGN_OR_RETURN(UnpackingSource unpacked, UnpackingSource::Open(file, format));
  HashingSource hashed(unpacked, {DigestAlgorithm::kSha512});
  {
    ASSIGN_OR_RETURN(TarReader reader, TarReader::Open(hashed));
    RETURN_IF_ERROR(walk.Read(reader));
  }
  RETURN_IF_ERROR(Drain(hashed));
  return hashed.Digests()[0];
}

Result<std::string> ReadManifestOf(int directory, const ContentLimits& limits) {
  ASSIGN_OR_RETURN(const UniqueFd manifest,
                   OpenAt(directory, "manifest", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  return ReadFd(manifest.get(), limits.document_bytes);
}

}  // namespace loadline::validator
