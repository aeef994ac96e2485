// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/appc_image.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "validator/appc/aci_walk.h"
#include "validator/rules/access.h"
#include "validator/subject/subject.h"

namespace loadline::validator {

Result<AppcImage> ReadAppcImage(const std::string& path, const ContentLimits& limits) {
  ASSIGN_OR_RETURN(OpenedSubject subject, OpenSubject(path));
  AppcImage image;
  image.path = path;
  std::string text;
  const Format format = FormatOf(subject.beginning);
  if (subject.is_directory) {
    ASSIGN_OR_RETURN(text, ReadManifestOf(subject.fd.get(), limits));
  } else if (format == Format::kTar || IsCompressed(format)) {
    struct stat info {};
    if (fstat(subject.fd.get(), &info) != 0) return CallError("fstat", path);
    image.size = static_cast<uint64_t>(info.st_size);
    FdSource file(subject.fd.get(), subject.file, subject.beginning);
    AciWalk walk(limits);
    ASSIGN_OR_RETURN(image.id, ReadAci(file, format, walk));
    text = walk.manifest();
  } else {
    ASSIGN_OR_RETURN(text, ReadText(subject, Limits()));
  }
  const Document document = Document::Parse(text);
  if (document.root() == nullptr || StringAt(*document.root(), "/acKind") != "ImageManifest")
    return Failure(path + " is no image of appc",
                   "give an ACI, an unpacked one or an image manifest");
  image.manifest = std::make_shared<const nlohmann::json>(*document.root());
  return image;
}

Result<std::vector<AppcImage>> ReadAppcImages(const std::vector<std::string>& paths,
                                              const ContentLimits& limits) {
  std::vector<AppcImage> images;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(AppcImage image, ReadAppcImage(path, limits));
    images.push_back(std::move(image));
  }
  return images;
}

}  // namespace loadline::validator
