// SPDX-License-Identifier: Apache-2.0
// SHA-256 and SHA-512, in one go or as the bytes come.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

enum class DigestAlgorithm { kSha256, kSha512 };
// "sha256", "sha512".
std::string_view ToText(DigestAlgorithm algorithm);
std::optional<DigestAlgorithm> DigestAlgorithmFromText(std::string_view name);

class Digester {
 public:
  explicit Digester(DigestAlgorithm algorithm);
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;
  ~Digester();

  void Update(const void* bytes, size_t size);
  // "sha256:" and the digest in lower-case hexadecimal digits. Ends the calculation.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "sha256:" and 64 hexadecimal digits.
std::string Sha256(std::string_view bytes);
std::string Sha512(std::string_view bytes);
// Of a regular file of any size, as it is read; anything else is an error.
Result<std::string> Sha256OfFile(const std::string& path);

}  // namespace loadline
