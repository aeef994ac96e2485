// SPDX-License-Identifier: Apache-2.0
// ImageWalk: follows the descriptors of a layout from its index to the last layer, and holds each
// thing that is said of a blob against the blob.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "validator/findings.h"
#include "validator/image/inventory.h"
#include "validator/image/media_types.h"
#include "validator/validate.h"

namespace loadline::validator {

// A JSON file of the image, parsed and judged once.
struct ImageDocument {
  std::string file;  // as findings name it
  Document document;
};

class ImageWalk {
 public:
  // `name` is the subject's path; files are named below it.
  ImageWalk(const Inventory& inventory, std::string name, const ValidateOptions& options,
            Findings& findings);

  // An OCI layout, an archive of `docker save`, or both in one.
  void Walk();
  // Some image needs SHA-512 diffIDs, which the inventory does not have.
  bool wants_sha512() const { return wants_sha512_; }

 private:
  // Where a descriptor stands.
  struct Place {
    const ImageDocument* owner;
    std::string pointer;
    int depth;
  };

  std::string NameOf(const std::string& path) const;
  void SayAboutContainer();
  void WalkLayout();
  void WalkIndex(const ImageDocument& index, int depth);
  void WalkManifest(const ImageDocument& manifest, int depth);
  void WalkDescriptor(const nlohmann::json& descriptor, const Place& place);
  // The blob that a descriptor names; nullptr when it is absent or not what the descriptor says.
  const BlobFacts* Resolve(const nlohmann::json& descriptor, const Place& place);
  bool HoldsWhatItSays(const nlohmann::json& descriptor, const BlobFacts& facts,
                       const Place& place);
  // Parses and judges a blob as a document of this kind; nullptr when it is no JSON.
  const ImageDocument* Open(const std::string& path, const BlobFacts& facts, SubjectType type);
  // What Open gave for the blob of this digest and has a root; nullptr otherwise.
  const ImageDocument* Opened(const std::string& digest) const;
  void CheckLayer(const nlohmann::json& descriptor, const BlobFacts& facts, const Place& place);
  void CheckSubject(const ImageDocument& manifest);
  void CheckFallbackTags(const ImageDocument& index);
  void CheckPlatform(const nlohmann::json& descriptor, const Place& place,
                     const ImageDocument& config);
  void CheckArtifactType(const nlohmann::json& descriptor, const Place& place,
                         const ImageDocument& manifest);
  void CheckSignatures(const nlohmann::json& entry, const ImageDocument& manifest);
  void CheckCosign(const ImageDocument& manifest, const nlohmann::json& layer,
                   const std::string& pointer, const std::string& subject);
  void CheckNotation(const ImageDocument& manifest);
  void SayAboutBlobs();

  void WalkDockerArchive();
  void WalkDockerImage(const ImageDocument& list, const nlohmann::json& image,
                       const std::string& pointer);
  // Holds the layers, in their order, against the configuration.
  struct LayerOfImage {
    std::string path;
    std::string media_type;  // empty for `docker save`, which says none
    const BlobFacts* facts;
  };
  void CheckImage(const ImageDocument& config, const std::vector<LayerOfImage>& layers);
  void SayAboutLayer(const LayerOfImage& layer);

  const Inventory& inventory_;
  std::string name_;
  const ContentLimits& limits_;
  std::string key_;  // that signs with cosign; empty: none is trusted
  Findings& findings_;
  std::map<std::string, std::unique_ptr<ImageDocument>> documents_;  // by path
  std::set<std::string> reached_;                                    // paths of blobs
  std::set<std::string> walked_;  // documents whose descriptors are followed
  std::set<std::string> said_;    // layers
  // Every descriptor could be followed, so that what was not reached is not referred to.
  bool all_followed_ = true;
  bool wants_sha512_ = false;
};

}  // namespace loadline::validator
