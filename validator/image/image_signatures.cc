// SPDX-License-Identifier: Apache-2.0
// ImageWalk, continued: signatures that stand in a layout as artifacts, cosign's and notation's.
#include <nlohmann/json.hpp>

#include "validator/image/image_walk.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/signatures/public_key.h"
#include "validator/signatures/simple_signature.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

constexpr char kCosignLayer[] = "application/vnd.dev.cosign.simplesigning.v1+json";
constexpr char kCosignType[] = "cosign container image signature";
constexpr char kCosignSignature[] = "dev.cosignproject.cosign/signature";
constexpr char kNotation[] = "application/vnd.cncf.notary.signature";
constexpr char kThumbprint[] = "io.cncf.notary.x509chain.thumbprint#S256";

// "sha256-<hex>.sig", the tag under which cosign keeps the signatures of a digest.
std::string DigestOfCosignTag(const Json& entry) {
  const Json* annotations = Get(entry, "annotations");
  const std::string tag =
      annotations == nullptr
          ? ""
          : String(*annotations, "org.opencontainers.image.ref.name").value_or("");
  const size_t dash = tag.find('-');
  if (dash == std::string::npos || !tag.ends_with(".sig")) return "";
  return tag.substr(0, dash) + ":" + tag.substr(dash + 1, tag.size() - dash - 5);
}

}  // namespace

void ImageWalk::CheckSignatures(const Json& entry, const ImageDocument& manifest) {
  const Json& root = *manifest.document.root();
  const std::string subject = StringAt(root, "/subject/digest").value_or(DigestOfCosignTag(entry));
  ForEach(root, "/layers", [&](const Json& layer, const std::string& pointer) {
    if (String(layer, "mediaType") == kCosignLayer) CheckCosign(manifest, layer, pointer, subject);
  });
  if (StringAt(root, "/artifactType") == kNotation) CheckNotation(manifest);
}

void ImageWalk::CheckCosign(const ImageDocument& manifest, const Json& layer,
                            const std::string& pointer, const std::string& subject) {
  const auto report = [&](const char* rule, const std::string& at, const std::string& message,
                          const char* hint) {
    findings_.ReportAt(rule, manifest.file, manifest.document, at, message, hint);
  };
  const Json* annotations = Get(layer, "annotations");
  const auto encoded =
      annotations == nullptr ? std::nullopt : String(*annotations, kCosignSignature);
  const auto signature = encoded ? DecodeBase64(*encoded) : std::nullopt;
  if (!signature)
    return report("signature/cosign", pointer, "a signature of cosign has no signature in base64",
                  "sign the image again");
  const BlobFacts* facts =
      inventory_.Find(Inventory::PathOfDigest(String(layer, "digest").value_or("")));
  if (facts == nullptr) return;
  const Json payload = Json::parse(facts->text, nullptr, false);
  const std::string wrong =
      payload.is_discarded() ? "what is signed is not JSON" : WrongInPayload(payload, kCosignType);
  if (!wrong.empty()) return report("signature/cosign", pointer, wrong, "sign the image again");
  const std::string digest =
      StringAt(payload, "/critical/image/docker-manifest-digest").value_or("");
  if (!subject.empty() && digest != subject)
    report("signature/digest", pointer, "it signs " + digest + " and stands beside " + subject,
           "it is the signature of another image");
  if (key_.empty()) return;
  const auto verified = VerifyWithPublicKey(key_, facts->text, *signature);
  if (!verified.has_value() || !*verified)
    report("signature/verified", pointer,
           verified.has_value() ? "the key did not make it" : verified.error().ToLine(),
           "trust nothing that it says");
}

void ImageWalk::CheckNotation(const ImageDocument& manifest) {
  const Json& root = *manifest.document.root();
  const auto report = [&](const std::string& at, const std::string& message) {
    findings_.ReportAt("signature/notation", manifest.file, manifest.document, at, message,
                       "sign the image again");
  };
  const Json* layers = At(root, "/layers");
  const std::string type = StringAt(root, "/layers/0/mediaType").value_or("");
  if (layers == nullptr || layers->size() != 1 ||
      (type != "application/jose+json" && type != "application/cose"))
    report("/layers", "a signature of notation is one layer, of JOSE or COSE");
  if (At(root, "/subject") == nullptr) report("", "it does not say what is signed");
  const auto thumbprints = StringAt(root, Join("/annotations", kThumbprint));
  const Json list = Json::parse(thumbprints.value_or(""), nullptr, false);
  if (!list.is_array() || list.empty())
    report("/annotations", "the certificates' thumbprints are not there");
}

}  // namespace loadline::validator
