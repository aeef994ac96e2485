// SPDX-License-Identifier: Apache-2.0
// PathSet: the paths of an archive, in a few bytes each however long they are.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace loadline::validator {

class PathSet {
 public:
  enum Mark : uint8_t { kSeen = 1, kSymbolicLink = 2, kHasEntries = 4, kDirectory = 8 };

  // The marks of a path, none when it was never seen.
  uint8_t MarksOf(std::string_view path) const;
  // Adds marks and gives those that it had before.
  uint8_t Add(std::string_view path, uint8_t marks);
  // Forgets some of a path's marks.
  void Remove(std::string_view path, uint8_t marks);

 private:
  // Half of a SHA-256: nobody can make two paths that share it.
  struct Key {
    uint64_t high, low;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const { return key.low; }
  };
  static Key KeyOf(std::string_view path);

  std::unordered_map<Key, uint8_t, Hash> marks_;
};

}  // namespace loadline::validator
