// SPDX-License-Identifier: Apache-2.0
// Rules on annotations and labels (image-spec annotations.md).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/names/annotation_keys.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kImage = "org.opencontainers.image.";

void ForEachKey(
    const RuleInput& input,
    const std::function<void(const std::string&, const Json&, const std::string&)>& visit) {
  ForEachAnnotations(input, [&](const Json&, const std::string& pointer) {
    ForEachMember(input.config, pointer, visit);
  });
}

// The values of one key, as far as they say anything: every value may be empty.
void ForEachValueOf(const RuleInput& input, std::string_view name,
                    const std::function<void(const std::string&, const std::string&)>& visit) {
  ForEachKey(input, [&](const std::string& key, const Json& value, const std::string& pointer) {
    if (key == std::string(kImage) + std::string(name) && value.is_string() && value != "")
      visit(value.get<std::string>(), pointer);
  });
}

void CheckReserved(const RuleInput& input, Reporter& reporter) {
  ForEachKey(input, [&](const std::string& key, const Json&, const std::string& pointer) {
    if (IsReservedKey(key) && !IsImageKey(key) && !IsOtherOciKey(key))
      reporter.Report(pointer, "\"" + key + "\" is in a namespace that is reserved",
                      "name it by a domain of your own, in reverse");
  });
}

void CheckNaming(const RuleInput& input, Reporter& reporter) {
  ForEachKey(input, [&](const std::string& key, const Json&, const std::string& pointer) {
    const size_t dot = key.find('.');
    if (dot == std::string::npos || dot == 0)
      reporter.Report(pointer, "\"" + key + "\" is not named by a domain in reverse",
                      "name it like com.example.key");
  });
}

void CheckCreated(const RuleInput& input, Reporter& reporter) {
  ForEachValueOf(input, "created", [&](const std::string&, const std::string& pointer) {
    CheckGrammar(input.config, pointer, "timestamp", reporter);
  });
}

void CheckUrls(const RuleInput& input, Reporter& reporter) {
  for (const char* name : {"url", "documentation", "source"}) {
    ForEachValueOf(input, name, [&](const std::string&, const std::string& pointer) {
      CheckGrammar(input.config, pointer, "uri", reporter);
    });
  }
}

void CheckLicenses(const RuleInput& input, Reporter& reporter) {
  ForEachValueOf(input, "licenses", [&](const std::string&, const std::string& pointer) {
    CheckGrammar(input.config, pointer, "spdx-expression", reporter);
  });
}

void CheckRefName(const RuleInput& input, Reporter& reporter) {
  ForEachValueOf(input, "ref.name", [&](const std::string&, const std::string& pointer) {
    CheckGrammar(input.config, pointer, "ref-name", reporter);
  });
}

void CheckRefNamePlace(const RuleInput& input, Reporter& reporter) {
  if (input.type == SubjectType::kDescriptor) return;
  ForEachKey(input, [&](const std::string& key, const Json&, const std::string& pointer) {
    const bool on_entry = input.type == SubjectType::kIndex && pointer.starts_with("/manifests/");
    if (key == "org.opencontainers.image.ref.name" && !on_entry)
      reporter.Report(pointer, "a reference name counts only on an entry of a layout's index.json",
                      "move it there");
  });
}

void CheckBaseName(const RuleInput& input, Reporter& reporter) {
  ForEachValueOf(input, "base.name", [&](const std::string& name, const std::string& pointer) {
    const std::string host = name.substr(0, name.find('/'));
    const bool qualified = name.find('/') != std::string::npos &&
                           (host.find_first_of(".:") != std::string::npos || host == "localhost");
    if (!Follows("reference", name) || !qualified)
      reporter.Report(pointer, "\"" + name + "\" is not a full reference",
                      "name the registry too, like registry.example.com/team/app:1.2");
  });
}

void CheckBaseDigest(const RuleInput& input, Reporter& reporter) {
  ForEachValueOf(input, "base.digest", [&](const std::string& digest, const std::string& pointer) {
    if (const std::string wrong = WrongInDigest(digest); !wrong.empty())
      reporter.Report(pointer, "\"" + digest + "\" " + wrong,
                      "give the digest of the base image's manifest");
  });
}

constexpr std::string_view kBaseDigestCited[] = {
    "oci-image/annotations/keys/base-digest/is-digest"};
constexpr std::string_view kBaseNameCited[] = {
    "oci-image/annotations/keys/base-name/fully-qualified",
    "oci-image/annotations/keys/base-name/reference-format"};
constexpr std::string_view kCreatedCited[] = {"oci-image/annotations/keys/created-date-time"};
constexpr std::string_view kRefNamePlaceCited[] = {
    "oci-image/annotations/keys/ref-name/only-on-index-json"};
constexpr std::string_view kReservedCited[] = {
    "oci-image/annotations/rules/image-namespace-reserved",
    "oci-image/annotations/rules/opencontainers-reserved",
    "oci-image/descriptor/annotations/rules",
    "oci-image/image-index/annotations/rules",
    "oci-image/manifest/annotations/rules",
    "oci-image/config/config/labels/annotation-rules"};
constexpr std::string_view kReverseDomainCited[] = {"oci-image/annotations/rules/reverse-domain"};

constexpr std::string_view kLicensesCited[] = {"oci-image/annotations/keys/licenses-spdx"};
constexpr std::string_view kUrlCited[] = {"oci-image/annotations/keys/url-is-url",
                                          "oci-image/annotations/keys/documentation-is-url",
                                          "oci-image/annotations/keys/source-is-url"};
constexpr std::string_view kRefNameCited[] = {"oci-image/annotations/keys/ref-name/grammar"};

constexpr Rule kRules[] = {
    {"annotations/licenses", "the licences are an SPDX expression", Level::kMust, kLicensesCited,
     CheckLicenses},
    {"annotations/url", "addresses are URLs", Level::kMust, kUrlCited, CheckUrls},
    {"annotations/base-digest", "the base image's digest is a digest", Level::kMust,
     kBaseDigestCited, CheckBaseDigest},
    {"annotations/base-name", "the base image's name is a full reference", Level::kShould,
     kBaseNameCited, CheckBaseName},
    {"annotations/created", "the time of creation follows RFC 3339", Level::kMust, kCreatedCited,
     CheckCreated},
    {"annotations/ref-name", "a reference name follows the grammar", Level::kMust, kRefNameCited,
     CheckRefName},
    {"annotations/ref-name-place", "a reference name stands on an entry of index.json",
     Level::kShould, kRefNamePlaceCited, CheckRefNamePlace},
    {"annotations/reserved", "no key is in a reserved namespace", Level::kMust, kReservedCited,
     CheckReserved},
    {"annotations/reverse-domain", "keys are named by a domain in reverse", Level::kShould,
     kReverseDomainCited, CheckNaming},
};

}  // namespace

RuleArea AnnotationsRules() {
  return {{SubjectType::kDescriptor, SubjectType::kIndex, SubjectType::kManifest,
           SubjectType::kImageConfig},
          kRules};
}

}  // namespace loadline::validator
