// SPDX-License-Identifier: Apache-2.0
#include "validator/image/path_set.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

namespace loadline::validator {

PathSet::Key PathSet::KeyOf(std::string_view path) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(path.data()), path.size(), digest);
  Key key{};
  std::memcpy(&key, digest, sizeof key);
  return key;
}

uint8_t PathSet::MarksOf(std::string_view path) const {
  const auto found = marks_.find(KeyOf(path));
  return found == marks_.end() ? uint8_t{0} : found->second;
}

uint8_t PathSet::Add(std::string_view path, uint8_t marks) {
  uint8_t& kept = marks_[KeyOf(path)];
  const uint8_t before = kept;
  kept = static_cast<uint8_t>(kept | marks);
  return before;
}

void PathSet::Remove(std::string_view path, uint8_t marks) {
  const auto found = marks_.find(KeyOf(path));
  if (found != marks_.end()) found->second = static_cast<uint8_t>(found->second & ~marks);
}

}  // namespace loadline::validator
