// SPDX-License-Identifier: Apache-2.0
// What one pass over the bytes of a blob tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "validator/archive/byte_source.h"
#include "validator/archive/content_limits.h"
#include "validator/archive/format.h"
#include "validator/image/observation.h"

namespace loadline::validator {

// Of a blob that is a tar archive, packed or not.
struct LayerFacts {
  std::vector<std::string> diff_ids;  // of the unpacked bytes: sha256, and sha512 when asked for
  uint64_t unpacked_size = 0;
  uint64_t entries = 0;
  Observations observations;
};

struct BlobFacts {
  uint64_t size = 0;
  Format format = Format::kOther;
  std::vector<std::string> digests;  // as asked for
  std::string text;                  // of JSON, when it is small enough to be a document
  std::optional<LayerFacts> layer;   // when it was opened
  std::string problem;               // it could not be read whole, and why
};

struct BlobQuestions {
  std::vector<DigestAlgorithm> digests;
  bool open_layers = true;
  bool sha512_diff_ids = false;
  ContentLimits limits;
};

// Reads the blob once, to its end.
BlobFacts InspectBlob(ByteSource& source, const BlobQuestions& questions);

}  // namespace loadline::validator
