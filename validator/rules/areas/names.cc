// SPDX-License-Identifier: Apache-2.0
// One rule for each grammar of names; names/names.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr char kFollows[] = "the name follows its grammar";

constexpr Rule kRules[] = {
    {"name/ac-identifier", kFollows, Level::kMust, {}, nullptr},
    {"name/ac-name", kFollows, Level::kMust, {}, nullptr},
    {"name/digest", kFollows, Level::kMust, {}, nullptr},
    {"name/image-id", kFollows, Level::kMust, {}, nullptr},
    {"name/media-type", kFollows, Level::kMust, {}, nullptr},
    {"name/ref-name", kFollows, Level::kMust, {}, nullptr},
    {"name/reference", kFollows, Level::kMust, {}, nullptr},
    {"name/repository", kFollows, Level::kMust, {}, nullptr},
    {"name/signal", kFollows, Level::kMust, {}, nullptr},
    {"name/spdx-expression", kFollows, Level::kMust, {}, nullptr},
    {"name/tag", kFollows, Level::kMust, {}, nullptr},
    {"name/timestamp", kFollows, Level::kMust, {}, nullptr},
    {"name/uri", kFollows, Level::kMust, {}, nullptr},
};

}  // namespace

RuleArea NamesRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
