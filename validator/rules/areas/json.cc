// SPDX-License-Identifier: Apache-2.0
// What is wrong with a text before anybody asks what it says: found by json/, which reports it by
// these ids.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kDuplicateKeyCited[] = {
    "oci-image/considerations/json/no-duplicate-names", "oci-image/annotations/rules/keys-unique",
    "oci-image/considerations/json/i-json", "oci-runtime/glossary/json/unique-names"};
constexpr std::string_view kUtf8Cited[] = {"oci-image/considerations/json/utf-8",
                                           "oci-image/considerations/json/i-json",
                                           "oci-runtime/glossary/json/encoding"};
constexpr std::string_view kSyntaxCited[] = {"oci-image/considerations/json/json-content",
                                             "appc/aci/image-manifest/valid-json",
                                             "appc/pods/pod-manifest-schema/valid-json"};

constexpr Rule kRules[] = {
    {"json/depth", "the text does not nest deeper than 128 values", Level::kMust, {}, nullptr},
    {"json/duplicate-key", "no object has two members of one name", Level::kMust,
     kDuplicateKeyCited, nullptr},
    {"json/empty", "there is a text", Level::kMust, {}, nullptr},
    {"json/number", "every number can be held exactly", Level::kMust, {}, nullptr},
    {"json/size", "the text is not larger than 16 MiB", Level::kMust, {}, nullptr},
    {"json/syntax", "the text is strict JSON", Level::kMust, kSyntaxCited, nullptr},
    {"json/utf-8", "the text is UTF-8", Level::kMust, kUtf8Cited, nullptr},
};

}  // namespace

RuleArea JsonRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
