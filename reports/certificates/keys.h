// SPDX-License-Identifier: Apache-2.0
// Keys that sign certificates: Ed25519, or ECDSA on the curve P-256 over SHA-256. Nothing here
// prints key material or asks for a passphrase.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace loadline::reports::certificates {

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
using KeyPointer = std::unique_ptr<evp_pkey_st, FreeKey>;

class PublicKey {
 public:
  // From a PEM file. kUnreadable when it holds none, or one of a kind that signs no certificates.
  static Result<PublicKey> Read(const std::string& path);

  bool Verifies(std::string_view message, std::string_view signature) const;
  // SHA-256 of the key in DER (SubjectPublicKeyInfo), in hexadecimal digits.
  const std::string& id() const { return id_; }
  const std::string& file() const { return file_; }

 private:
  KeyPointer key_;
  std::string id_;
  std::string file_;
};

class PrivateKey {
 public:
  // From a PEM file that its owner alone may read (EACCES otherwise). An encrypted one is opened
  // with the first line of `passphrase_file`, for which the same holds; empty: it is refused.
  static Result<PrivateKey> Read(const std::string& path, const std::string& passphrase_file = "");

  Result<std::string> Sign(std::string_view message) const;
  // Of the public key that verifies.
  const std::string& id() const { return id_; }

 private:
  KeyPointer key_;
  std::string id_;
};

}  // namespace loadline::reports::certificates
