// SPDX-License-Identifier: Apache-2.0
#include "validator/image/image_walk.h"

#include <nlohmann/json.hpp>

#include "validator/names/grammar.h"
#include "validator/rules/access.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

SubjectType TypeOf(MediaRole role) {
  switch (role) {
    case MediaRole::kIndex:
      return SubjectType::kIndex;
    case MediaRole::kImageConfig:
      return SubjectType::kImageConfig;
    default:
      return SubjectType::kManifest;
  }
}

}  // namespace

ImageWalk::ImageWalk(const Inventory& inventory, std::string name, const ValidateOptions& options,
                     Findings& findings)
    : inventory_(inventory),
      name_(std::move(name)),
      limits_(options.limits),
      key_(options.key),
      findings_(findings) {}

std::string ImageWalk::NameOf(const std::string& path) const {
  if (inventory_.is_archive) return name_ + "!/" + path;
  return (name_.ends_with('/') ? name_ : name_ + "/") + path;
}

void ImageWalk::Walk() {
  SayAboutContainer();
  if (inventory_.is_damaged) return;  // what is missing may stand in the part that cannot be read
  const bool layout = inventory_.Find("oci-layout") != nullptr ||
                      inventory_.Find("index.json") != nullptr ||
                      inventory_.Find("manifest.json") == nullptr;
  if (layout) WalkLayout();
  if (inventory_.is_archive && inventory_.Find("manifest.json") != nullptr) WalkDockerArchive();
  if (layout) SayAboutBlobs();
  findings_.CountSilentRules(SubjectType::kImage);
}

void ImageWalk::SayAboutContainer() {
  for (const Observation& seen : inventory_.observations.found())
    findings_.Report(seen.rule, {name_, 1, 1, ""}, seen.message, seen.hint);
}

const ImageDocument* ImageWalk::Open(const std::string& path, const BlobFacts& facts,
                                     SubjectType type) {
  const auto known = documents_.find(path);
  if (known != documents_.end()) return known->second.get();
  auto& kept = documents_[path];
  if (facts.text.empty()) {
    findings_.Report("image/document", {NameOf(path), 1, 1, ""},
                     facts.size > limits_.document_bytes
                         ? "a document of " + std::to_string(facts.size) + " bytes is too large"
                         : "a " + std::string(ToText(type)) + " is expected, and this is no JSON",
                     "documents have up to " + std::to_string(limits_.document_bytes) + " bytes");
    all_followed_ = false;
    return nullptr;
  }
  kept = std::make_unique<ImageDocument>(ImageDocument{NameOf(path), Document::Parse(facts.text)});
  findings_.JudgeDocument({kept->file, kept->document, type, ""});
  all_followed_ = all_followed_ && kept->document.root() != nullptr;
  return kept.get();
}

const ImageDocument* ImageWalk::Opened(const std::string& digest) const {
  const auto known = documents_.find(Inventory::PathOfDigest(digest));
  const bool usable = known != documents_.end() && known->second != nullptr &&
                      known->second->document.root() != nullptr;
  return usable ? known->second.get() : nullptr;
}

void ImageWalk::WalkLayout() {
  const auto missing = [&](const char* rule, const char* what) {
    findings_.Report(rule, {name_, 1, 1, ""}, std::string("it holds no ") + what,
                     "a layout has oci-layout, index.json and blobs/ at its top");
  };
  if (const BlobFacts* facts = inventory_.Find("oci-layout")) {
    Open("oci-layout", *facts, SubjectType::kLayoutFile);
  } else {
    missing("image/oci-layout", "oci-layout");
  }
  if (!inventory_.has_blobs_directory) missing("image/blobs-directory", "directory blobs");
  const BlobFacts* facts = inventory_.Find("index.json");
  all_followed_ = facts != nullptr;
  if (facts == nullptr) return missing("image/index", "index.json");
  const ImageDocument* index = Open("index.json", *facts, SubjectType::kIndex);
  if (index == nullptr || index->document.root() == nullptr) return;
  WalkIndex(*index, 0);
  CheckFallbackTags(*index);
}

void ImageWalk::WalkIndex(const ImageDocument& index, int depth) {
  if (!walked_.insert(index.file).second) return;
  const Json& root = *index.document.root();
  ForEach(root, "/manifests", [&](const Json& descriptor, const std::string& pointer) {
    WalkDescriptor(descriptor, {&index, pointer, depth});
  });
  CheckSubject(index);
}

void ImageWalk::WalkDescriptor(const Json& descriptor, const Place& place) {
  if (place.depth > limits_.depth) {
    all_followed_ = false;
    findings_.ReportAt("image/depth", place.owner->file, place.owner->document, place.pointer,
                       "indexes nest deeper than " + std::to_string(limits_.depth),
                       "raise the limit with --limit depth=N if this is meant");
    return;
  }
  const BlobFacts* facts = Resolve(descriptor, place);
  if (facts == nullptr) return;
  const std::string path = Inventory::PathOfDigest(*String(descriptor, "digest"));
  const MediaType type = MediaTypeOf(String(descriptor, "mediaType").value_or(""));
  if (type.role != MediaRole::kIndex && type.role != MediaRole::kManifest) return;
  const ImageDocument* document = Open(path, *facts, TypeOf(type.role));
  if (document == nullptr || document->document.root() == nullptr) return;
  const auto said = String(*document->document.root(), "mediaType");
  if (said && *said != type.name)
    findings_.ReportAt(
        "image/media-type-agrees", place.owner->file, place.owner->document,
        place.pointer + "/mediaType",
        "the descriptor says " + std::string(type.name) + " and the document \"" + *said + "\"",
        "let both say what the document is");
  if (type.role == MediaRole::kIndex) {
    WalkIndex(*document, place.depth + 1);
  } else {
    WalkManifest(*document, place.depth);
    const auto config = StringAt(*document->document.root(), "/config/digest");
    if (const ImageDocument* opened = Opened(config.value_or("")))
      CheckPlatform(descriptor, place, *opened);
    CheckArtifactType(descriptor, place, *document);
    CheckSignatures(descriptor, *document);
  }
}

const BlobFacts* ImageWalk::Resolve(const Json& descriptor, const Place& place) {
  const auto digest = String(descriptor, "digest");
  if (!digest || !WrongInDigest(*digest).empty()) {  // a rule says so
    all_followed_ = false;
    return nullptr;
  }
  const std::string path = Inventory::PathOfDigest(*digest);
  const BlobFacts* facts = inventory_.Find(path);
  if (facts == nullptr) {
    const Json* urls = Get(descriptor, "urls");
    const bool elsewhere =
        (urls != nullptr && !urls->empty()) || Get(descriptor, "data") != nullptr;
    if (!elsewhere)
      findings_.ReportAt("image/blob-present", place.owner->file, place.owner->document,
                         place.pointer + "/digest", path + " is not in the layout",
                         "add the blob, unless whoever uses the layout gets it elsewhere");
    return nullptr;
  }
  const bool first = reached_.insert(path).second;
  if (!facts->problem.empty()) {
    if (first)
      findings_.Report("image/blob-readable", {NameOf(path), 1, 1, ""},
                       "it cannot be judged: " + facts->problem, "give it as a regular file");
    return nullptr;
  }
  if (HoldsWhatItSays(descriptor, *facts, place)) return facts;
  all_followed_ = false;
  return nullptr;
}

bool ImageWalk::HoldsWhatItSays(const Json& descriptor, const BlobFacts& facts,
                                const Place& place) {
  const auto report = [&](const char* rule, const char* member, const std::string& message,
                          const char* hint) {
    findings_.ReportAt(rule, place.owner->file, place.owner->document, place.pointer + member,
                       message, hint);
  };
  // The size comes first: content of another size is not worth a digest.
  const auto size = Integer(descriptor, "size");
  if (size && *size >= 0 && *size != static_cast<Whole>(facts.size)) {
    report("image/size", "/size",
           "the blob has " + std::to_string(facts.size) + " bytes and not " + Text(*size),
           "the blob is cut off or replaced: fetch it again, or correct the descriptor");
    return false;
  }
  const std::string digest = *String(descriptor, "digest");
  const auto algorithm = digest.substr(0, digest.find(':'));
  if (!facts.digests.empty() && DigestAlgorithmFromText(algorithm) && facts.digests[0] != digest) {
    report("image/digest", "/digest", "the blob's digest is " + facts.digests[0],
           "the blob was changed after it was named: fetch it again");
    return false;
  }
  return true;
}

void ImageWalk::WalkManifest(const ImageDocument& manifest, int depth) {
  if (!walked_.insert(manifest.file).second) return;
  const Json& root = *manifest.document.root();
  const ImageDocument* config = nullptr;
  if (const Json* descriptor = At(root, "/config")) {
    const MediaType type = MediaTypeOf(String(*descriptor, "mediaType").value_or(""));
    const BlobFacts* facts = Resolve(*descriptor, {&manifest, "/config", depth});
    if (facts != nullptr && type.role == MediaRole::kImageConfig)
      config = Open(Inventory::PathOfDigest(*String(*descriptor, "digest")), *facts,
                    SubjectType::kImageConfig);
  }
  std::vector<LayerOfImage> layers;
  ForEach(root, "/layers", [&](const Json& descriptor, const std::string& pointer) {
    const Place place{&manifest, pointer, depth};
    const BlobFacts* facts = Resolve(descriptor, place);
    const std::string media_type = String(descriptor, "mediaType").value_or("");
    if (facts != nullptr) CheckLayer(descriptor, *facts, place);
    layers.push_back(
        {facts == nullptr ? "" : Inventory::PathOfDigest(*String(descriptor, "digest")), media_type,
         facts});
  });
  if (config != nullptr && config->document.root() != nullptr) CheckImage(*config, layers);
  CheckSubject(manifest);
}

void ImageWalk::CheckLayer(const Json& descriptor, const BlobFacts& facts, const Place& place) {
  const MediaType type = MediaTypeOf(String(descriptor, "mediaType").value_or(""));
  if (type.role != MediaRole::kLayer) return;
  if (facts.format != type.packing) {
    findings_.ReportAt(
        "layer/media-type", place.owner->file, place.owner->document, place.pointer + "/mediaType",
        std::string(type.name) + " is said, and the blob is " + std::string(ToText(facts.format)),
        "name the media type that the bytes have");
    return;
  }
  SayAboutLayer(
      {Inventory::PathOfDigest(*String(descriptor, "digest")), std::string(type.name), &facts});
}

void ImageWalk::SayAboutLayer(const LayerOfImage& layer) {
  if (!layer.facts->layer || !said_.insert(layer.path).second) return;
  for (const Observation& seen : layer.facts->layer->observations.found())
    findings_.Report(seen.rule, {NameOf(layer.path), 1, 1, ""}, seen.message, seen.hint);
}

void ImageWalk::SayAboutBlobs() {
  for (const auto& [path, facts] : inventory_.files) {
    const std::string digest = Inventory::DigestOfPath(path);
    if (digest.empty()) continue;
    const reports::Location where{NameOf(path), 1, 1, ""};
    if (!Follows("digest", digest)) {
      findings_.Report("image/blob-name", where, "\"" + digest + "\" is not a digest's name",
                       "a blob is blobs/<algorithm>/<encoded>");
      continue;
    }
    if (reached_.contains(path)) continue;
    if (!facts.problem.empty()) {
      findings_.Report("image/blob-readable", where, "it cannot be judged: " + facts.problem,
                       "give it as a regular file");
      continue;
    }
    const bool known = DigestAlgorithmFromText(digest.substr(0, digest.find(':'))).has_value();
    if (known && !facts.digests.empty() && facts.digests[0] != digest) {
      findings_.Report("image/blob-content", where, "its digest is " + facts.digests[0],
                       "the blob was changed after it was named: fetch it again");
    } else if (all_followed_) {
      findings_.Report("image/blob-referenced", where, "no descriptor refers to it",
                       "it takes room and nobody gets it: remove it, or add its descriptor");
    }
  }
}

}  // namespace loadline::validator
