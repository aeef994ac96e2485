// SPDX-License-Identifier: Apache-2.0
// ContentLimits: how much of hostile content is read before it is given up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace loadline::validator {

struct ContentLimits {
  uint64_t unpacked_bytes = uint64_t{64} << 30;  // of one layer or archive
  // Unpacked bytes for one packed; the first 64 MiB are free, because a file of zeros is no attack.
  uint64_t ratio = 1200;
  uint64_t entries = 1'000'000;               // of one archive
  int depth = 16;                             // of nested indexes
  size_t document_bytes = size_t{4} << 20;    // of one JSON blob, as registries have it
  size_t documents_bytes = size_t{64} << 20;  // of all documents of one subject
};

}  // namespace loadline::validator
