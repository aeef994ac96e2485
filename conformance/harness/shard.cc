// SPDX-License-Identifier: Apache-2.0
#include "conformance/shard.h"

#include <cstdint>
#include <cstdio>

namespace loadline::conformance {
namespace {

// FNV-1a.
uint64_t Hash(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

Result<Shard> Shard::Parse(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d/%d%c", &shard.number, &shard.count, &rest) == 2 &&
      shard.number >= 1 && shard.number <= shard.count)
    return shard;
  return Failure(ErrorKind::kUsage, "--shard " + text + " is not I/N", "write it like 1/4");
}

bool Shard::Has(std::string_view name) const {
  return Hash(name) % static_cast<uint64_t>(count) + 1 == static_cast<uint64_t>(number);
}

}  // namespace loadline::conformance
