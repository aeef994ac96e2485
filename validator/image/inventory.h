// SPDX-License-Identifier: Apache-2.0
// Inventory: every file of an image, whatever it comes in (a layout directory, a tar of one, an
// archive of `docker save`), each read once.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "validator/image/blob.h"
#include "validator/subject/subject.h"

namespace loadline::validator {

struct InventoryOptions {
  bool open_layers = true;
  bool sha512_diff_ids = false;
  int jobs = 2;  // blobs at once; an archive is read by one
  ContentLimits limits;
};

struct Inventory {
  bool is_archive = false;
  bool is_damaged = false;  // it could not be read to its end
  bool has_blobs_directory = false;
  std::map<std::string, BlobFacts> files;  // by path below the top: "blobs/sha256/…", "index.json"
  std::map<std::string, std::string>
      links;                  // archives: symbolic links, as `docker save` makes them
  Observations observations;  // about the container itself

  // Follows one of `links`; nullptr when there is no such file.
  const BlobFacts* Find(const std::string& path) const;
  // "blobs/sha256/…" and "sha256:…", each from the other; the digest of other paths is empty.
  static std::string DigestOfPath(const std::string& path);
  static std::string PathOfDigest(const std::string& digest);
};

// Whatever the subject is: one of the two below.
Result<Inventory> ReadInventory(const OpenedSubject& subject, const InventoryOptions& options);
// The files at the top and below blobs/. Symbolic links cannot lead out of the directory.
Result<Inventory> ReadLayoutDirectory(int directory, const InventoryOptions& options);
// A tar archive, packed or not, from front to back.
Result<Inventory> ReadImageArchive(ByteSource& source, const InventoryOptions& options);

}  // namespace loadline::validator
