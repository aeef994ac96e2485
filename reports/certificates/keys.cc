// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/keys.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/digest.h"
#include "base/files.h"

namespace loadline::reports::certificates {
namespace {

constexpr size_t kKeyCap = 1 << 16;

struct FreeOpenssl {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using BioPointer = std::unique_ptr<BIO, FreeOpenssl>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, FreeOpenssl>;

// Forgets its text.
struct Secret {
  std::string text;
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { OPENSSL_cleanse(text.data(), text.size()); }
};

Error NoKey(std::string what, std::string hint) {
  return Failure(ErrorKind::kUnreadable, std::move(what), std::move(hint));
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BioPointer BioOf(const std::string& text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A file that nobody but its owner may read.
Result<void> ReadSecret(const std::string& path, Secret& secret) {
  ASSIGN_OR_RETURN(const UniqueFd file, Open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK));
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return CallError("fstat", path);
  if (!S_ISREG(info.st_mode))
    return NoKey(path + " is not a regular file", "give the path of a file");
  if ((info.st_mode & 077) != 0)
    return NoKey(path + " can be read by others than its owner", "chmod 600 " + path);
  auto text = ReadFd(file.get(), kKeyCap);
  if (!text) return NoKey(path + ": " + text.error().ToLine(), "give the path of a key");
  secret.text = std::move(*text);
  return {};
}

// Ed25519 has its digest built in.
const EVP_MD* DigestFor(EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") ? nullptr : EVP_sha256();
}

Result<void> CheckKind(EVP_PKEY* key, const std::string& path) {
  if (EVP_PKEY_is_a(key, "ED25519")) return {};
  char curve[64] = "";
  size_t length = 0;
  if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, curve, sizeof curve, &length) == 1 &&
      std::string_view(curve) == "prime256v1")
    return {};
  const char* kind = EVP_PKEY_get0_type_name(key);
  return NoKey(path + " is a key of the kind " + (kind == nullptr ? "unknown" : kind) +
                   (*curve == '\0' ? "" : " on " + std::string(curve)),
               "certificates are signed with Ed25519 or ECDSA on P-256: openssl genpkey "
               "-algorithm ed25519");
}

// One key has one id, however its file spells it.
Result<std::string> IdOf(EVP_PKEY* key, const std::string& path) {
  if (EVP_PKEY_is_a(key, "EC")) {
    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve");
  }
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key, &der);
  if (length <= 0) return NoKey(path + " has no public key in it", "make it anew");
  const std::string digest =
      Sha256({reinterpret_cast<const char*>(der), static_cast<size_t>(length)});
  OPENSSL_free(der);
  return digest.substr(std::string_view("sha256:").size());
}

// OpenSSL would ask on the terminal otherwise.
int GivePassphrase(char* buffer, int size, int /*writes*/, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (text.empty() || text.size() > static_cast<size_t>(size)) return -1;
  memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

Error NoPrivateKey(const std::string& path, const std::string& text, bool encrypted) {
  if (encrypted)
    return NoKey(path + " does not open with this passphrase",
                 "--passphrase-file has it in its first line");
  if (Has(text, "-----BEGIN PUBLIC KEY-----"))
    return NoKey(path + " is a public key", "sign with the private one");
  return NoKey(path + " holds no private key",
               "give it as PEM: openssl genpkey -algorithm ed25519 -out KEY.pem");
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Result<PublicKey> PublicKey::Read(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kKeyCap));
  if (Has(pem, "PRIVATE KEY-----"))
    return NoKey(path + " is a private key",
                 "keep it to yourself, and give the public one: openssl pkey -in KEY.pem -pubout");
  const BioPointer bio = BioOf(pem);
  PublicKey key;
  key.file_ = path;
  key.key_.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key.key_)
    return NoKey(path + " holds no public key", "give it as PEM: openssl pkey -in KEY.pem -pubout");
  RETURN_IF_ERROR(CheckKind(key.key_.get(), path));
  ASSIGN_OR_RETURN(key.id_, IdOf(key.key_.get(), path));
  return key;
}

bool PublicKey::Verifies(std::string_view message, std::string_view signature) const {
  const ContextPointer context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, DigestFor(key_.get()), nullptr, key_.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

Result<PrivateKey> PrivateKey::Read(const std::string& path, const std::string& passphrase_file) {
  Secret pem;
  Secret passphrase;
  RETURN_IF_ERROR(ReadSecret(path, pem));
  const bool encrypted = Has(pem.text, "ENCRYPTED");
  if (encrypted && passphrase_file.empty())
    return NoKey(path + " is encrypted, and nobody is asked for its passphrase",
                 "put it into a file and pass --passphrase-file");
  if (encrypted) {
    RETURN_IF_ERROR(ReadSecret(passphrase_file, passphrase));
    passphrase.text.resize(std::min(passphrase.text.find('\n'), passphrase.text.size()));
  }
  const BioPointer bio = BioOf(pem.text);
  PrivateKey key;
  key.key_.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, GivePassphrase, &passphrase.text));
  if (!key.key_) return NoPrivateKey(path, pem.text, encrypted);
  RETURN_IF_ERROR(CheckKind(key.key_.get(), path));
  ASSIGN_OR_RETURN(key.id_, IdOf(key.key_.get(), path));
  return key;
}

Result<std::string> PrivateKey::Sign(std::string_view message) const {
  const ContextPointer context(EVP_MD_CTX_new());
  size_t length = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, DigestFor(key_.get()), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, Bytes(message), message.size()) != 1)
    return Failure("the key does not sign");
  std::string signature(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     Bytes(message), message.size()) != 1)
    return Failure("the key does not sign");
  signature.resize(length);
  return signature;
}

}  // namespace loadline::reports::certificates
