// SPDX-License-Identifier: Apache-2.0
// Rules on descriptors, wherever they stand (image-spec descriptor.md).
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "validator/image/media_types.h"
#include "validator/json/document.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

void CheckMediaType(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json&, const std::string& pointer) {
    CheckGrammar(input.config, pointer + "/mediaType", "media-type", reporter);
  });
}

void CheckArtifactType(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json&, const std::string& pointer) {
    CheckGrammar(input.config, pointer + "/artifactType", "media-type", reporter);
  });
}

void CheckDigestGrammar(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json&, const std::string& pointer) {
    CheckGrammar(input.config, pointer + "/digest", "digest", reporter);
  });
}

void CheckDigestForm(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    const auto digest = String(descriptor, "digest");
    if (!digest || !Follows("digest", *digest)) return;
    if (const std::string wrong = WrongInDigest(*digest); !wrong.empty())
      reporter.Report(pointer + "/digest", "\"" + *digest + "\" " + wrong,
                      "copy the digest that the tool printed");
  });
}

void CheckDigestAlgorithm(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    const auto digest = String(descriptor, "digest");
    if (!digest || !WrongInDigest(*digest).empty()) return;
    const std::string algorithm = digest->substr(0, digest->find(':'));
    if (algorithm == "sha256") return;
    reporter.Report(pointer + "/digest",
                    algorithm + " is not an algorithm that everybody has to know",
                    "use sha256, unless all who read it know the other one");
  });
}

void CheckUrls(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json&, const std::string& at) {
    ForEach(input.config, at + "/urls", [&](const Json&, const std::string& pointer) {
      CheckGrammar(input.config, pointer, "uri", reporter);
    });
  });
}

void CheckUrlSchemes(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json&, const std::string& at) {
    ForEach(input.config, at + "/urls", [&](const Json& url, const std::string& pointer) {
      const std::string text = url.is_string() ? url.get<std::string>() : "";
      if (Follows("uri", text) && !text.starts_with("http://") && !text.starts_with("https://"))
        reporter.Report(pointer, "\"" + text + "\" is neither http nor https",
                        "give an address that every client can fetch");
    });
  });
}

void CheckDataEncoding(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    const auto data = String(descriptor, "data");
    if (data && !DecodeBase64(*data))
      reporter.Report(pointer + "/data", "it is not base64", "encode the content by RFC 4648");
  });
}

void CheckData(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    const auto data = String(descriptor, "data");
    const auto bytes = data ? DecodeBase64(*data) : std::nullopt;
    if (!bytes) return;
    const auto size = Integer(descriptor, "size");
    const std::string digest = String(descriptor, "digest").value_or("");
    const bool same_size = !size || *size == static_cast<Whole>(bytes->size());
    const bool same_digest = !(digest.starts_with("sha256:") && Sha256(*bytes) != digest) &&
                             !(digest.starts_with("sha512:") && Sha512(*bytes) != digest);
    if (!same_size || !same_digest)
      reporter.Report(pointer + "/data",
                      "the embedded content has another " +
                          std::string(same_size ? "digest" : "size") + " than the descriptor says",
                      "embed the content that is described, or leave data out");
  });
}

void CheckEmpty(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    const std::string type = String(descriptor, "mediaType").value_or("");
    const auto digest = String(descriptor, "digest");
    if (MediaTypeOf(type).role != MediaRole::kEmpty || !digest) return;
    if (digest->starts_with("sha256:") && *digest != kEmptyDigest)
      reporter.Report(pointer + "/digest", "the empty media type stands for other content",
                      "its content is {}, whose digest is " + std::string(kEmptyDigest));
  });
}

void CheckNonDistributable(const RuleInput& input, Reporter& reporter) {
  ForEachDescriptor(input, [&](const Json& descriptor, const std::string& pointer) {
    if (MediaTypeOf(String(descriptor, "mediaType").value_or("")).non_distributable)
      reporter.Report(pointer + "/mediaType", "non-distributable layers are deprecated",
                      "use a plain layer");
  });
}

constexpr std::string_view kArtifactTypeCited[] = {
    "oci-image/descriptor/artifact-type/naming-rules"};
constexpr std::string_view kDataCited[] = {"oci-image/descriptor/data/same-as-content"};
constexpr std::string_view kDataBase64Cited[] = {"oci-image/descriptor/data/base64"};
constexpr std::string_view kDigestCited[] = {"oci-image/descriptor/digests/grammar"};
constexpr std::string_view kDigestAlgorithmCited[] = {
    "oci-image/descriptor/registered-algorithms/sha256-preferred"};
constexpr std::string_view kDigestEncodedCited[] = {
    "oci-image/descriptor/sha-256/encoded-length-and-alphabet",
    "oci-image/descriptor/sha-256/no-upper-case",
    "oci-image/descriptor/sha-512/encoded-length-and-alphabet",
    "oci-image/descriptor/sha-512/no-upper-case",
    "oci-image/descriptor/blake3/encoded-length-and-alphabet",
    "oci-image/descriptor/blake3/no-upper-case",
    "oci-image/descriptor/blake3/output-length"};
constexpr std::string_view kEmptyCited[] = {"oci-image/manifest/empty-descriptor/digest",
                                            "oci-image/manifest/empty-descriptor/content",
                                            "oci-image/manifest/empty-descriptor/data"};
constexpr std::string_view kMediaTypeCited[] = {
    "oci-image/descriptor/media-type/naming-rules",
    "oci-image/manifest/config/media-type/naming-rules",
    "oci-image/manifest/layers/media-type/naming-rules"};
constexpr std::string_view kNonDistributableCited[] = {
    "oci-image/layer/non-distributable/none-new"};
constexpr std::string_view kUrlCited[] = {"oci-image/descriptor/urls/uris"};
constexpr std::string_view kUrlSchemeCited[] = {"oci-image/descriptor/urls/http-schemes"};

constexpr Rule kRules[] = {
    {"descriptor/artifact-type", "an artifact type is a media type", Level::kMust,
     kArtifactTypeCited, CheckArtifactType},
    {"descriptor/data", "embedded content is the content that is described", Level::kMust,
     kDataCited, CheckData},
    {"descriptor/data-base64", "embedded content is base64", Level::kMust, kDataBase64Cited,
     CheckDataEncoding},
    {"descriptor/digest", "a digest follows the grammar", Level::kMust, kDigestCited,
     CheckDigestGrammar},
    {"descriptor/digest-algorithm", "a digest is SHA-256", Level::kShould, kDigestAlgorithmCited,
     CheckDigestAlgorithm},
    {"descriptor/digest-encoded", "a digest has the digits of its algorithm", Level::kMust,
     kDigestEncodedCited, CheckDigestForm},
    {"descriptor/empty", "the empty media type stands for {}", Level::kShould, kEmptyCited,
     CheckEmpty},
    {"descriptor/media-type", "a media type follows RFC 6838", Level::kMust, kMediaTypeCited,
     CheckMediaType},
    {"descriptor/non-distributable", "no layer is non-distributable", Level::kShould,
     kNonDistributableCited, CheckNonDistributable},
    {"descriptor/url", "an address follows RFC 3986", Level::kMust, kUrlCited, CheckUrls},
    {"descriptor/url-scheme", "an address is http or https", Level::kShould, kUrlSchemeCited,
     CheckUrlSchemes},
};

}  // namespace

RuleArea DescriptorRules() {
  return {{SubjectType::kDescriptor, SubjectType::kIndex, SubjectType::kManifest}, kRules};
}

}  // namespace loadline::validator
