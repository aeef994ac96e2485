// SPDX-License-Identifier: Apache-2.0
#include "validator/image/image_source.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "validator/image/conversion.h"
#include "validator/rules/access.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using SharedJson = std::shared_ptr<const Json>;

SharedJson Parsed(const Inventory& inventory, const std::string& path) {
  const BlobFacts* facts = inventory.Find(path);
  if (facts == nullptr || facts->text.empty()) return nullptr;
  auto json = std::make_shared<Json>(Json::parse(facts->text, nullptr, false));
  return json->is_discarded() ? nullptr : json;
}

std::string PathIn(const Json& descriptor) {
  return Inventory::PathOfDigest(String(descriptor, "digest").value_or(""));
}

void AddImagesOf(const Inventory& inventory, const Json& index, const std::string& name, int depth,
                 std::vector<ImageInInventory>& images) {
  ForEach(index, "/manifests", [&](const Json& entry, const std::string&) {
    const Json* annotations = Get(entry, "annotations");
    const auto said = annotations == nullptr
                          ? std::nullopt
                          : String(*annotations, "org.opencontainers.image.ref.name");
    if (!name.empty() && said != name) return;
    const SharedJson document = Parsed(inventory, PathIn(entry));
    if (!document) return;
    if (document->contains("manifests") && depth > 0)
      return AddImagesOf(inventory, *document, "", depth - 1, images);
    const Json* config = Get(*document, "config");
    if (config == nullptr) return;
    ImageInInventory image{document, Parsed(inventory, PathIn(*config)), {}};
    ForEach(*document, "/layers",
            [&](const Json& layer, const std::string&) { image.layers.push_back(PathIn(layer)); });
    images.push_back(std::move(image));
  });
}

void AddDockerImages(const Inventory& inventory, std::vector<ImageInInventory>& images) {
  const SharedJson list = Parsed(inventory, "manifest.json");
  if (!list) return;
  ForEach(*list, "", [&](const Json& one, const std::string&) {
    ImageInInventory image{
        nullptr, Parsed(inventory, CleanPath(String(one, "Config").value_or(""))), {}};
    ForEach(one, "/Layers", [&](const Json& layer, const std::string&) {
      if (layer.is_string()) image.layers.push_back(CleanPath(layer.get<std::string>()));
    });
    images.push_back(std::move(image));
  });
}

bool Exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

Result<ImageSource> OnlyImage(const Inventory& inventory, const std::string& image,
                              const std::string& name) {
  const auto images = ImagesIn(inventory, name);
  if (images.size() != 1)
    return Failure(image + " holds " + std::to_string(images.size()) + " images" +
                       (name.empty() ? "" : " named " + name),
                   "name one of them: PATH:NAME");
  ImageSource source{images[0].config, nullptr};
  if (!source.config) return Failure(image + ": the image's configuration is not there");
  if (images[0].manifest && images[0].manifest->contains("annotations"))
    source.annotations = std::make_shared<Json>((*images[0].manifest)["annotations"]);
  return source;
}

}  // namespace

std::vector<ImageInInventory> ImagesIn(const Inventory& inventory, const std::string& name) {
  std::vector<ImageInInventory> images;
  if (const SharedJson index = Parsed(inventory, "index.json")) {
    AddImagesOf(inventory, *index, name, ContentLimits().depth, images);
  } else {
    AddDockerImages(inventory, images);
  }
  return images;
}

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
  if (subject.is_directory || DetectArchive(subject)) {
    ASSIGN_OR_RETURN(const Inventory inventory, ReadInventory(subject, options));
    return OnlyImage(inventory, image, name);
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
