// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/envelope.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/certificates/base64.h"
#include "reports/certificates/canonical_json.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

constexpr const char* kHint = "pass a file that `loadline sign` wrote";
constexpr size_t kMostSignatures = 100;

// An object with these members and no other, all of the same kind.
bool IsObjectOf(const json& value, std::initializer_list<const char*> members) {
  return value.is_object() && value.size() == members.size() &&
         std::all_of(members.begin(), members.end(),
                     [&](const char* member) { return value.contains(member); });
}

Result<Signature> SignatureOf(const json& value) {
  if (!IsObjectOf(value, {"keyid", "sig"}) || !value["keyid"].is_string() ||
      !value["sig"].is_string())
    return Altered("a signature of the envelope is not {keyid, sig}");
  Signature signature{value["keyid"], ""};
  const bool hex = signature.key_id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || signature.key_id.size() != 64)
    return Altered("a keyid is not the SHA-256 of a public key");
  const auto bytes = DecodeBase64(value["sig"].get_ref<const std::string&>());
  if (!bytes || bytes->empty()) return Altered("a signature is not in base64");
  signature.bytes = *bytes;
  return signature;
}

bool ById(const Signature& one, const Signature& other) { return one.key_id < other.key_id; }

}  // namespace

std::string Envelope::SignedBytes() const {
  const std::string type = kPayloadType;
  return "DSSEv1 " + std::to_string(type.size()) + " " + type + " " +
         std::to_string(payload.size()) + " " + payload;
}

Result<void> Envelope::Sign(const PrivateKey& key) {
  ASSIGN_OR_RETURN(std::string bytes, key.Sign(SignedBytes()));
  std::erase_if(signatures, [&](const Signature& one) { return one.key_id == key.id(); });
  signatures.push_back({key.id(), std::move(bytes)});
  std::sort(signatures.begin(), signatures.end(), ById);
  return {};
}

std::string Envelope::ToText() const {
  json envelope = {{"payload", EncodeBase64(payload)},
                   {"payloadType", kPayloadType},
                   {"signatures", json::array()}};
  for (const Signature& signature : signatures)
    envelope["signatures"].push_back(
        {{"keyid", signature.key_id}, {"sig", EncodeBase64(signature.bytes)}});
  return CanonicalText(envelope) + "\n";
}

Result<Envelope> Envelope::Parse(std::string_view text) {
  ASSIGN_OR_RETURN(const json value, ParseJson(text, "this"));
  if (!IsObjectOf(value, {"payload", "payloadType", "signatures"}) ||
      !value["payload"].is_string() || !value["payloadType"].is_string() ||
      !value["signatures"].is_array())
    return NoCertificate("this is no certificate: not {payload, payloadType, signatures}", kHint);
  if (value["payloadType"] != kPayloadType)
    return NoCertificate("the envelope is not of the type " + std::string(kPayloadType), kHint);
  const std::string_view line = text.substr(0, text.size() - 1);
  if (!text.ends_with('\n')) return Altered("the certificate does not end with its line");
  RETURN_IF_ERROR(CheckCanonical(value, line, "the certificate"));
  Envelope envelope;
  const auto payload = DecodeBase64(value["payload"].get_ref<const std::string&>());
  if (!payload) return Altered("the payload is not in base64");
  envelope.payload = *payload;
  if (value["signatures"].empty() || value["signatures"].size() > kMostSignatures)
    return Altered("the certificate has no signature, or more than 100");
  for (const json& one : value["signatures"]) {
    ASSIGN_OR_RETURN(Signature signature, SignatureOf(one));
    if (!envelope.signatures.empty() && !ById(envelope.signatures.back(), signature))
      return Altered("the signatures are not sorted by key, each key once");
    envelope.signatures.push_back(std::move(signature));
  }
  return envelope;
}

}  // namespace loadline::reports::certificates
