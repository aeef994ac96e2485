// SPDX-License-Identifier: Apache-2.0
// AciWalk: judges the entries of an ACI as they pass by.
#pragma once

#include <string>

#include "base/result.h"
#include "validator/archive/archive_reader.h"
#include "validator/archive/content_limits.h"
#include "validator/image/observation.h"
#include "validator/image/path_set.h"

namespace loadline::validator {

class AciWalk {
 public:
  explicit AciWalk(const ContentLimits& limits) : limits_(limits) {}

  // Reads every entry of the archive; an error when it is damaged or beyond the limits.
  Result<void> Read(TarReader& reader);
  // The name at the top of an entry and what it is.
  void SeeTop(const std::string& path, EntryType type);
  void Finish();

  bool has_manifest_file() const { return has_manifest_file_; }
  // The text of the first manifest, when there is one that is a file.
  const std::string& manifest() const { return manifest_; }
  const Observations& observations() const { return observations_; }

 private:
  Result<void> See(const TarEntry& entry, TarReader& reader);

  const ContentLimits& limits_;
  PathSet paths_;
  bool has_manifest_ = false;
  bool has_manifest_file_ = false;
  bool has_rootfs_ = false;
  std::string manifest_;
  Observations observations_;
};

// Reads an ACI to its end through the walk and gives its image ID, the digest of the archive before
// it was packed.
Result<std::string> ReadAci(ByteSource& file, Format format, AciWalk& walk);
// The manifest of an unpacked ACI.
Result<std::string> ReadManifestOf(int directory, const ContentLimits& limits);

}  // namespace loadline::validator
