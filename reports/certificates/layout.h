// SPDX-License-Identifier: Apache-2.0
// Layout: an OCI image layout that a stranger made, opened once. What is read and written is
// beneath it, wherever its links point to.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::reports::certificates {

class Layout {
 public:
  // kUnreadable when the directory has no file oci-layout.
  static Result<Layout> Open(const std::string& path);

  // Nobody else who asks for it gets it, until this one is closed.
  Result<void> Lock() const;

  // index.json, its members as they stand there; it holds a list "manifests".
  Result<nlohmann::ordered_json> ReadIndex() const;
  Result<std::string> DigestOfIndex() const;
  // The bytes of a blob that are what the digest says; kAltered when they are not.
  Result<std::string> ReadBlob(const std::string& digest) const;

  // Writes a blob and gives the descriptor that refers to it.
  Result<nlohmann::ordered_json> AddBlob(const std::string& bytes,
                                         const std::string& media_type) const;
  // Whole: a reader sees the old index or the new one.
  Result<void> ReplaceIndex(const nlohmann::ordered_json& index) const;

 private:
  Result<std::string> Read(const std::string& name) const;
  Error NoLayout(const std::string& why) const;

  std::string path_;
  UniqueFd directory_;
};

// Only digests of this form become paths.
bool IsSha256(const std::string& digest);

// A text of somebody else's: kUnreadable when it is no JSON, or one that would fill the memory.
Result<nlohmann::ordered_json> ParseOrdered(const std::string& text);

}  // namespace loadline::reports::certificates
