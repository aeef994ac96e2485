// SPDX-License-Identifier: Apache-2.0
// OpenSSL's plain functions, linked statically: its newer interface loads providers at start, which
// takes longer than a whole validation.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/files.h"

namespace loadline {
namespace {

std::string Hex(std::string_view name, const unsigned char* bytes, size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(name);
  text += ':';
  for (size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string DigestOf(DigestAlgorithm algorithm, std::string_view bytes) {
  Digester digester(algorithm);
  digester.Update(bytes.data(), bytes.size());
  return digester.Finish();
}

}  // namespace

std::string_view ToText(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::kSha256 ? "sha256" : "sha512";
}

std::optional<DigestAlgorithm> DigestAlgorithmFromText(std::string_view name) {
  if (name == "sha256") return DigestAlgorithm::kSha256;
  if (name == "sha512") return DigestAlgorithm::kSha512;
  return std::nullopt;
}

struct Digester::State {
  DigestAlgorithm algorithm;
  union {
    SHA256_CTX sha256;
    SHA512_CTX sha512;
  };
};

Digester::Digester(DigestAlgorithm algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = algorithm;
  if (algorithm == DigestAlgorithm::kSha256) {
    SHA256_Init(&state_->sha256);
  } else {
    SHA512_Init(&state_->sha512);
  }
}

Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;
Digester::~Digester() = default;

void Digester::Update(const void* bytes, size_t size) {
  if (state_->algorithm == DigestAlgorithm::kSha256) {
    SHA256_Update(&state_->sha256, bytes, size);
  } else {
    SHA512_Update(&state_->sha512, bytes, size);
  }
}

std::string Digester::Finish() {
  unsigned char digest[SHA512_DIGEST_LENGTH];
  if (state_->algorithm == DigestAlgorithm::kSha256) {
    SHA256_Final(digest, &state_->sha256);
    return Hex("sha256", digest, SHA256_DIGEST_LENGTH);
  }
  SHA512_Final(digest, &state_->sha512);
  return Hex("sha512", digest, SHA512_DIGEST_LENGTH);
}

std::string Sha256(std::string_view bytes) { return DigestOf(DigestAlgorithm::kSha256, bytes); }
std::string Sha512(std::string_view bytes) { return DigestOf(DigestAlgorithm::kSha512, bytes); }

Result<std::string> Sha256OfFile(const std::string& path) {
  // Without O_NONBLOCK a fifo that nobody writes to would hold us up for ever.
  ASSIGN_OR_RETURN(const UniqueFd file, Open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK));
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return CallError("fstat", path);
  if (!S_ISREG(info.st_mode))
    return Failure(ErrorKind::kUnreadable, path + " is not a regular file");
  Digester digester(DigestAlgorithm::kSha256);
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CallError("read", path);
    if (count == 0) return digester.Finish();
    digester.Update(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace loadline
