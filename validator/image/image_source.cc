// SPDX-License-Identifier: Apache-2.0
// Finds the configuration of one image in a layout.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "validator/image/conversion.h"
#include "validator/image/inventory.h"
#include "validator/image/media_types.h"
#include "validator/rules/access.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

std::shared_ptr<const Json> Parsed(const Inventory& inventory, const std::string& path) {
  const BlobFacts* facts = inventory.Find(path);
  if (facts == nullptr || facts->text.empty()) return nullptr;
  auto json = std::make_shared<Json>(Json::parse(facts->text, nullptr, false));
  return json->is_discarded() ? nullptr : json;
}

std::shared_ptr<const Json> ParsedBlob(const Inventory& inventory, const Json& descriptor) {
  return Parsed(inventory, Inventory::PathOfDigest(String(descriptor, "digest").value_or("")));
}

// The manifests that can be reached from an index, of this name when there is one.
std::vector<Json> ManifestsIn(const Inventory& inventory, const Json& index,
                              const std::string& name, int depth) {
  std::vector<Json> manifests;
  ForEach(index, "/manifests", [&](const Json& entry, const std::string&) {
    const Json* annotations = Get(entry, "annotations");
    const auto said = annotations == nullptr
                          ? std::nullopt
                          : String(*annotations, "org.opencontainers.image.ref.name");
    if (!name.empty() && said != name) return;
    const auto document = ParsedBlob(inventory, entry);
    if (!document) return;
    if (document->contains("manifests") && depth > 0) {
      for (Json& one : ManifestsIn(inventory, *document, "", depth - 1))
        manifests.push_back(std::move(one));
    } else if (document->contains("config")) {
      manifests.push_back(*document);
    }
  });
  return manifests;
}

Result<ImageSource> ReadFromInventory(const Inventory& inventory, const std::string& image,
                                      const std::string& name) {
  const auto index = Parsed(inventory, "index.json");
  if (!index)
    return Failure(image + " has no index.json", "name an OCI layout, as skopeo makes it");
  std::vector<Json> manifests = ManifestsIn(inventory, *index, name, ContentLimits().depth);
  if (manifests.size() != 1)
    return Failure(image + " holds " + std::to_string(manifests.size()) + " images" +
                       (name.empty() ? "" : " named " + name),
                   "name one of them: PATH:NAME");
  ImageSource source;
  source.config = ParsedBlob(inventory, manifests[0]["config"]);
  if (!source.config) return Failure(image + ": the image's configuration is not there");
  if (manifests[0].contains("annotations"))
    source.annotations = std::make_shared<Json>(manifests[0]["annotations"]);
  return source;
}

bool Exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

}  // namespace

Result<ImageSource> ReadImageSource(const std::string& image) {
  std::string path = image;
  std::string name;
  const size_t colon = image.rfind(':');
  if (!Exists(image) && colon != std::string::npos) {
    path = image.substr(0, colon);
    name = image.substr(colon + 1);
  }
  ASSIGN_OR_RETURN(OpenedSubject subject, OpenSubject(path));
  InventoryOptions options;
  options.open_layers = false;
  if (subject.is_directory) {
    ASSIGN_OR_RETURN(const Inventory inventory, ReadLayoutDirectory(subject.fd.get(), options));
    return ReadFromInventory(inventory, image, name);
  }
  if (DetectArchive(subject)) {
    FdSource source(subject.fd.get(), subject.file, subject.beginning);
    ASSIGN_OR_RETURN(const Inventory inventory, ReadImageArchive(source, options));
    return ReadFromInventory(inventory, image, name);
  }
  ASSIGN_OR_RETURN(const std::string text, ReadText(subject, Limits()));
  ImageSource source;
  source.config = std::make_shared<Json>(Json::parse(text, nullptr, false));
  if (source.config->is_discarded() || !source.config->contains("rootfs"))
    return Failure(path + " is no image and no image's configuration",
                   "name an OCI layout, as skopeo makes it");
  return source;
}

}  // namespace loadline::validator
