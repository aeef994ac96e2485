// SPDX-License-Identifier: Apache-2.0
#include "validator/signatures/public_key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "base/files.h"

namespace loadline::validator {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<bool> VerifyWithPublicKey(const std::string& key_file, std::string_view message,
                                 std::string_view signature) {
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(key_file, size_t{1} << 20));
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return Failure(key_file + " holds no public key", "give it as PEM, as cosign.pub is");
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  // Ed25519 has its digest built in.
  const EVP_MD* digest = EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get()) != 1)
    return Failure(key_file + ": this kind of key cannot verify");
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

}  // namespace loadline::validator
