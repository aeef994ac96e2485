// SPDX-License-Identifier: Apache-2.0
#include "validator/image/image.h"

#include <unistd.h>

#include "validator/image/image_walk.h"
#include "validator/image/inventory.h"

namespace loadline::validator {
namespace {

// An image is known by its index, and an archive that has none by its list of images.
std::string DigestOf(const Inventory& inventory) {
  for (const char* name : {"index.json", "manifest.json"}) {
    const BlobFacts* facts = inventory.Find(name);
    if (facts != nullptr && !facts->digests.empty()) return facts->digests[0];
  }
  return "";
}

}  // namespace

Result<Judgement> ValidateImage(const OpenedSubject& subject, const ValidateOptions& options) {
  InventoryOptions reading{!options.shallow, false, options.jobs, options.limits};
  while (true) {
    ASSIGN_OR_RETURN(const Inventory inventory, ReadInventory(subject, reading));
    Findings findings(subject.path, options.spec);
    ImageWalk walk(inventory, subject.file, options, findings);
    walk.Walk();
    // Hardly anybody uses SHA-512 diffIDs: who does is read a second time. A pipe cannot be.
    const bool again = walk.wants_sha512() && !reading.sha512_diff_ids;
    const bool possible =
        subject.is_directory ||
        lseek(subject.fd.get(), static_cast<off_t>(subject.beginning.size()), SEEK_SET) >= 0;
    if (again && possible) {
      reading.sha512_diff_ids = true;
      continue;
    }
    if (again)
      findings.Report("image/diff-id-unjudged", {subject.file, 1, 1, ""},
                      "diffIDs of SHA-512 are not compared: a pipe cannot be read twice",
                      "give the archive as a file");
    reports::Subject judged;
    judged.name = subject.path;
    judged.type = ToText(SubjectType::kImage);
    judged.digest = DigestOf(inventory);
    return std::move(findings).Finish(std::move(judged));
  }
}

Result<Judgement> ValidateLayer(const OpenedSubject& subject, const ValidateOptions& options) {
  if (subject.is_directory)
    return Failure(subject.path + " is a directory", "a layer is a tar archive");
  FdSource source(subject.fd.get(), subject.file, subject.beginning);
  BlobQuestions questions;
  questions.digests = {DigestAlgorithm::kSha256};
  questions.limits = options.limits;
  const BlobFacts facts = InspectBlob(source, questions);
  Findings findings(subject.path, options.spec);
  const reports::Location where{subject.file, 1, 1, ""};
  if (!facts.problem.empty()) return Failure(subject.file + ": " + facts.problem);
  if (!facts.layer)
    findings.Report("layer/tar", where, "it is " + std::string(ToText(facts.format)),
                    "a layer is a tar archive, plain or packed");
  if (facts.layer) {
    for (const Observation& seen : facts.layer->observations.found())
      findings.Report(seen.rule, where, seen.message, seen.hint);
  }
  findings.CountSilentRules(SubjectType::kLayer);
  reports::Subject judged;
  judged.name = subject.path;
  judged.type = ToText(SubjectType::kLayer);
  judged.digest = facts.digests.empty() ? "" : facts.digests[0];
  return std::move(findings).Finish(std::move(judged));
}

}  // namespace loadline::validator
