// SPDX-License-Identifier: Apache-2.0
// ImageWalk, continued: a configuration against its layers and its platform, referrers.
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "validator/image/image_walk.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

// Of the tag under which registries without a referrers API keep them: "sha256-" and the digest.
std::string DigestOfTag(const std::string& tag) {
  const size_t dash = tag.find('-');
  if (dash == std::string::npos) return "";
  const std::string digest = tag.substr(0, dash) + ":" + tag.substr(dash + 1);
  return DigestAlgorithmFromText(tag.substr(0, dash)) && WrongInDigest(digest).empty() ? digest
                                                                                       : "";
}

size_t CountLayers(const Json& history) {
  size_t count = 0;
  for (const Json& entry : history) count += IsTrue(entry, "/empty_layer") ? 0 : 1;
  return count;
}

}  // namespace

void ImageWalk::CheckImage(const ImageDocument& config, const std::vector<LayerOfImage>& layers) {
  const Json& root = *config.document.root();
  const auto report = [&](const char* rule, const std::string& pointer, const std::string& message,
                          const char* hint) {
    findings_.ReportAt(rule, config.file, config.document, pointer, message, hint);
  };
  const Json* diff_ids = At(root, "/rootfs/diff_ids");
  if (diff_ids == nullptr || !diff_ids->is_array()) return;
  if (diff_ids->size() != layers.size()) {
    report("image/diff-ids-count", "/rootfs/diff_ids",
           std::to_string(diff_ids->size()) + " diffIDs for " + std::to_string(layers.size()) +
               " layers",
           "there is one for each layer, in the order of the layers");
    return;
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerOfImage& layer = layers[i];
    const Json& said = (*diff_ids)[i];
    const bool opened =
        layer.facts != nullptr && layer.facts->layer && !layer.facts->layer->diff_ids.empty();
    if (!opened || !said.is_string() || !WrongInDigest(said.get<std::string>()).empty()) continue;
    if (!layer.media_type.empty() && MediaTypeOf(layer.media_type).role != MediaRole::kLayer)
      continue;
    const auto& computed = layer.facts->layer->diff_ids;
    const std::string wanted = said.get<std::string>();
    if (wanted.starts_with("sha512:") && computed.size() < 2) {
      wants_sha512_ = true;
      continue;
    }
    const std::string& unpacked = wanted.starts_with("sha512:") ? computed[1] : computed[0];
    if (wanted.substr(0, wanted.find(':')) == unpacked.substr(0, unpacked.find(':')) &&
        wanted != unpacked)
      report("image/diff-id", Join("/rootfs/diff_ids", i),
             "layer " + std::to_string(i) + " unpacks to " + unpacked,
             "the layer is another one than the configuration was written for");
  }
  const Json* history = At(root, "/history");
  if (history != nullptr && history->is_array() && !history->empty() &&
      CountLayers(*history) != layers.size())
    report("image/history", "/history",
           std::to_string(CountLayers(*history)) + " entries made a layer, and there are " +
               std::to_string(layers.size()),
           "mark those that made none with empty_layer");
}

void ImageWalk::CheckPlatform(const Json& descriptor, const Place& place,
                              const ImageDocument& config) {
  const Json* platform = Get(descriptor, "platform");
  if (platform == nullptr) return;
  for (const char* key : {"architecture", "os", "variant", "os.version"}) {
    const auto promised = String(*platform, key);
    const auto real = String(*config.document.root(), key);
    // Builders leave the variant out of the configuration; what is said twice has to agree.
    if (!promised || !real || *promised == *real) continue;
    findings_.ReportAt(
        "image/platform", place.owner->file, place.owner->document,
        Join(place.pointer + "/platform", key),
        "\"" + *promised + "\" is promised, and the image's " + key + " is \"" + *real + "\"",
        "whoever asks for this platform gets an image that does not run there");
  }
}

// The standard's text names config.mediaType and its example artifactType: either will do.
void ImageWalk::CheckArtifactType(const Json& descriptor, const Place& place,
                                  const ImageDocument& manifest) {
  const auto said = String(descriptor, "artifactType");
  const auto type = StringAt(*manifest.document.root(), "/artifactType");
  const auto config = StringAt(*manifest.document.root(), "/config/mediaType");
  if (!said || said == type || said == config) return;
  findings_.ReportAt("image/artifact-type", place.owner->file, place.owner->document,
                     place.pointer + "/artifactType",
                     "\"" + *said + "\" is said, and the manifest says \"" +
                         type.value_or(config.value_or("")) + "\"",
                     "repeat what the manifest says");
}

void ImageWalk::CheckSubject(const ImageDocument& manifest) {
  const Json* subject = At(*manifest.document.root(), "/subject");
  const auto digest = subject == nullptr ? std::nullopt : String(*subject, "digest");
  if (!digest || !WrongInDigest(*digest).empty()) return;
  // The subject may be elsewhere; when it is here, it has to be what is said.
  const BlobFacts* facts = inventory_.Find(Inventory::PathOfDigest(*digest));
  if (facts != nullptr && facts->problem.empty())
    HoldsWhatItSays(*subject, *facts, {&manifest, "/subject", 0});
}

void ImageWalk::CheckFallbackTags(const ImageDocument& index) {
  ForEach(*index.document.root(), "/manifests", [&](const Json& entry, const std::string&) {
    const Json* annotations = Get(entry, "annotations");
    const auto tag = annotations == nullptr
                         ? std::nullopt
                         : String(*annotations, "org.opencontainers.image.ref.name");
    const std::string subject = tag ? DigestOfTag(*tag) : "";
    const ImageDocument* referrers = Opened(String(entry, "digest").value_or(""));
    if (subject.empty() || referrers == nullptr) return;
    ForEach(*referrers->document.root(), "/manifests",
            [&](const Json& referrer, const std::string& pointer) {
              const ImageDocument* known = Opened(String(referrer, "digest").value_or(""));
              if (known == nullptr) return;
              const auto said = StringAt(*known->document.root(), "/subject/digest");
              if (said == subject) return;
              findings_.ReportAt("image/referrers-tag", referrers->file, referrers->document,
                                 pointer + "/digest",
                                 "it stands under the tag of the referrers of " + subject +
                                     ", and its subject is " + said.value_or("none"),
                                 "list it under the tag of its own subject");
            });
  });
}

void ImageWalk::WalkDockerArchive() {
  const ImageDocument* list = nullptr;
  const BlobFacts* facts = inventory_.Find("manifest.json");
  auto& kept = documents_["manifest.json"];
  kept = std::make_unique<ImageDocument>(
      ImageDocument{NameOf("manifest.json"), Document::Parse(facts->text)});
  list = kept.get();
  const Json* root = list->document.root();
  if (root == nullptr || !root->is_array()) {
    findings_.Report("docker/manifest", {list->file, 1, 1, ""}, "it is not an array of images",
                     "write the archive with docker save");
    return;
  }
  for (size_t i = 0; i < root->size(); ++i)
    WalkDockerImage(*list, (*root)[i], Join(std::string_view(), i));
}

void ImageWalk::WalkDockerImage(const ImageDocument& list, const Json& image,
                                const std::string& pointer) {
  const auto report = [&](const char* rule, const std::string& place, const std::string& message,
                          const char* hint) {
    findings_.ReportAt(rule, list.file, list.document, place, message, hint);
  };
  const auto config_path = String(image, "Config");
  const Json* paths = Get(image, "Layers");
  if (!config_path || paths == nullptr || !paths->is_array())
    return report("docker/manifest", pointer, "an image has no Config or no Layers",
                  "write the archive with docker save");
  ForEach(image, "/RepoTags", [&](const Json& tag, const std::string& place) {
    const std::string text = tag.is_string() ? tag.get<std::string>() : "";
    const size_t colon = text.rfind(':');
    const bool tagged = colon != std::string::npos && Follows("tag", text.substr(colon + 1));
    if (!tagged || !Follows("reference", text))
      report("docker/repo-tags", pointer + place, tag.dump() + " is no name with a tag",
             "name it like team/app:1.2");
  });
  const auto find = [&](const std::string& path, const std::string& place) {
    const BlobFacts* facts = inventory_.Find(CleanPath(path));
    if (facts == nullptr)
      report("docker/file-present", place, path + " is not in the archive",
             "write the archive again");
    return facts;
  };
  std::vector<LayerOfImage> layers;
  ForEach(image, "/Layers", [&](const Json& layer, const std::string& place) {
    const std::string path = layer.is_string() ? layer.get<std::string>() : "";
    const BlobFacts* facts = find(path, pointer + place);
    layers.push_back({path, "", facts});
    if (facts != nullptr) SayAboutLayer(layers.back());
  });
  const BlobFacts* facts = find(*config_path, pointer + "/Config");
  if (facts == nullptr) return;
  std::string name = config_path->substr(config_path->rfind('/') + 1);
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  if (WrongInDigest("sha256:" + name).empty() && !facts->digests.empty() &&
      facts->digests[0] != "sha256:" + name)
    report("docker/config-name", pointer + "/Config",
           "the configuration's digest is " + facts->digests[0],
           "it was changed after it was named: write the archive again");
  const ImageDocument* config = Open(CleanPath(*config_path), *facts, SubjectType::kImageConfig);
  if (config != nullptr && config->document.root() != nullptr) CheckImage(*config, layers);
}

}  // namespace loadline::validator
