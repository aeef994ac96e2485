// SPDX-License-Identifier: Apache-2.0
#include "validator/identity/identity.h"

#include <fcntl.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "validator/appc/aci.h"
#include "validator/identity/tree.h"
#include "validator/image/image_source.h"
#include "validator/rules/access.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostDifferences = 20;

// Of the values alone: names sorted, no blanks.
std::string DigestOfJson(const Json& json) {
  return Sha256(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Every member of a document by its pointer, so that a difference has a place.
void AddJson(const Json& json, const std::string& name, Identity& identity) {
  if (!json.is_object() || json.empty()) {
    identity.parts[name] = DigestOfJson(json);
    return;
  }
  for (const auto& member : json.items())
    AddJson(member.value(), Join(name, member.key()), identity);
}

Result<void> AddText(OpenedSubject& subject, const std::string& name, Identity& identity) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(subject, Limits()));
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Failure(subject.file + " is not JSON");
  AddJson(json, name, identity);
  identity.digest = Sha256(text);
  return {};
}

Result<Identity> OfBundle(const OpenedSubject& subject) {
  Identity identity;
  OpenedSubject config;
  config.file = subject.path + "/config.json";
  ASSIGN_OR_RETURN(config.fd, OpenAt(subject.fd.get(), "config.json", O_RDONLY | O_NONBLOCK));
  RETURN_IF_ERROR(AddText(config, "config.json", identity));
  const auto text = ReadFile(config.file);
  const Json json = Json::parse(text.value_or("{}"), nullptr, false);
  const std::string root = StringAt(json, "/root/path").value_or("rootfs");
  const auto rootfs = OpenAt(subject.fd.get(), root, O_RDONLY | O_DIRECTORY);
  if (rootfs.has_value()) RETURN_IF_ERROR(AddTree(rootfs->get(), "rootfs/", identity.parts));
  // A bundle is many files: its digest is that of all of them.
  std::string all = identity.digest;
  for (const auto& [name, digest] : identity.parts) all += "\n" + name + " " + digest;
  identity.digest = Sha256(all);
  return identity;
}

Result<Identity> OfImage(const OpenedSubject& subject, const ValidateOptions& options) {
  Identity identity;
  InventoryOptions reading{true, false, options.jobs, options.limits};
  ASSIGN_OR_RETURN(const Inventory inventory, ReadInventory(subject, reading));
  const auto images = ImagesIn(inventory, "");
  if (images.empty()) return Failure(subject.path + " holds no image that can be read");
  std::string all;
  for (size_t i = 0; i < images.size(); ++i) {
    const std::string image = images.size() == 1 ? "" : "image " + std::to_string(i) + " ";
    if (images[i].config) AddJson(*images[i].config, image + "config", identity);
    if (images[i].manifest && images[i].manifest->contains("annotations"))
      AddJson((*images[i].manifest)["annotations"], image + "annotations", identity);
    for (size_t j = 0; j < images[i].layers.size(); ++j) {
      const BlobFacts* facts = inventory.Find(images[i].layers[j]);
      const std::string name = image + "layer " + std::to_string(j);
      if (facts == nullptr || facts->digests.empty())
        return Failure(subject.path + ": " + name + " is not there");
      const bool opened = facts->layer && !facts->layer->diff_ids.empty();
      identity.parts[name] = opened ? facts->layer->diff_ids[0] : facts->digests[0];
      identity.packing[name] = ToText(facts->format);
      all += facts->digests[0] + "\n";
    }
    if (images[i].manifest) all += DigestOfJson(*images[i].manifest) + "\n";
  }
  identity.digest = Sha256(all);
  return identity;
}

}  // namespace

Result<Identity> IdentityOf(const std::string& path, const ValidateOptions& options) {
  ASSIGN_OR_RETURN(OpenedSubject subject, OpenSubject(path));
  std::optional<SubjectType> type = options.type;
  if (!type)
    type = subject.is_directory ? DetectDirectory(subject.fd.get()) : DetectArchive(subject);
  Result<Identity> identity = Identity();
  if (type == SubjectType::kImage) {
    identity = OfImage(subject, options);
  } else if (type == SubjectType::kAci) {
    // Its image ID does not depend on how it is packed, and two that share it are one image.
    ASSIGN_OR_RETURN(const Judgement judged, ValidateAci(subject, options));
    if (judged.subject.digest.empty()) return Failure(path + " cannot be read to its end");
    identity->parts["image ID"] = judged.subject.digest;
    identity->packing["image ID"] = ToText(FormatOf(subject.beginning));
    identity->digest = judged.subject.digest + identity->packing["image ID"];
  } else if (subject.is_directory) {
    identity = OfBundle(subject);
  } else {
    RETURN_IF_ERROR(AddText(subject, "", *identity));
  }
  return identity;
}

Result<Judgement> CompareIdentities(const std::string& one, const std::string& other,
                                    const ValidateOptions& options) {
  ASSIGN_OR_RETURN(const Identity a, IdentityOf(one, options));
  ASSIGN_OR_RETURN(const Identity b, IdentityOf(other, options));
  Findings findings(one, options.spec);
  const reports::Location where{other, 1, 1, ""};
  std::map<std::string, std::string> differences;
  for (const auto& [name, digest] : a.parts) {
    const auto found = b.parts.find(name);
    if (found == b.parts.end()) {
      differences[name] = "is only in " + one;
    } else if (found->second != digest) {
      differences[name] = "differs from that of " + one;
    }
  }
  for (const auto& [name, digest] : b.parts) {
    if (!a.parts.contains(name)) differences[name] = "is not in " + one;
  }
  size_t said = 0;
  for (const auto& [name, what] : differences) {
    if (++said > kMostDifferences) break;
    findings.Report("same/content", where, (name.empty() ? "the document" : name) + " " + what);
  }
  if (differences.size() > kMostDifferences)
    findings.Report("same/content", where,
                    std::to_string(differences.size() - kMostDifferences) + " more parts differ");
  for (const auto& [name, packing] : a.packing) {
    const auto found = b.packing.find(name);
    if (found != b.packing.end() && found->second != packing)
      findings.Report("same/form", where,
                      name + " is " + found->second + ", and " + packing + " in " + one);
  }
  if (differences.empty() && a.digest != b.digest && a.packing == b.packing)
    findings.Report("same/form", where, "the content is the same, and the bytes are not");
  reports::Subject subject;
  subject.name = one + " and " + other;
  subject.type = reports::kComparison;
  return std::move(findings).Finish(std::move(subject));
}

}  // namespace loadline::validator
