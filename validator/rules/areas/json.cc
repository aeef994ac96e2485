// SPDX-License-Identifier: Apache-2.0
// What is wrong with a document before anybody asks what it says: found by json/ and by the
// schemas, which report it by these ids.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr char kForm[] = "the document has the form that the standard gives it";

constexpr std::string_view kDuplicateKeyCited[] = {
    "oci-image/considerations/json/no-duplicate-names", "oci-image/annotations/rules/keys-unique",
    "oci-image/considerations/json/i-json"};
constexpr std::string_view kUtf8Cited[] = {"oci-image/considerations/json/utf-8",
                                           "oci-image/considerations/json/i-json"};
constexpr std::string_view kSyntaxCited[] = {"oci-image/considerations/json/json-content"};

constexpr Rule kRules[] = {
    {"json/depth", "the text does not nest deeper than 128 values", Level::kMust, {}, nullptr},
    {"json/duplicate-key", "no object has two members of one name", Level::kMust,
     kDuplicateKeyCited, nullptr},
    {"json/empty", "there is a text", Level::kMust, {}, nullptr},
    {"json/number", "every number can be held exactly", Level::kMust, {}, nullptr},
    {"json/size", "the text is not larger than 16 MiB", Level::kMust, {}, nullptr},
    {"json/syntax", "the text is strict JSON", Level::kMust, kSyntaxCited, nullptr},
    {"json/utf-8", "the text is UTF-8", Level::kMust, kUtf8Cited, nullptr},
    {"schema/appc/image-manifest", kForm, Level::kMust, {}, nullptr},
    {"schema/appc/pod-manifest", kForm, Level::kMust, {}, nullptr},
    {"schema/config", kForm, Level::kMust, {}, nullptr},
    {"schema/features", kForm, Level::kMust, {}, nullptr},
    {"schema/oci-image/config", kForm, Level::kMust, {}, nullptr},
    {"schema/oci-image/descriptor", kForm, Level::kMust, {}, nullptr},
    {"schema/oci-image/index", kForm, Level::kMust, {}, nullptr},
    {"schema/oci-image/layout", kForm, Level::kMust, {}, nullptr},
    {"schema/oci-image/manifest", kForm, Level::kMust, {}, nullptr},
    {"schema/seccomp-state", kForm, Level::kMust, {}, nullptr},
    {"schema/state", kForm, Level::kMust, {}, nullptr},
};

}  // namespace

RuleArea JsonRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
