// SPDX-License-Identifier: Apache-2.0
// Rules on what an image of appc depends on; appc/dependencies.h reports them when the images that
// are meant are given (--with).
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kAcyclicCited[] = {"appc/ace/filesystem-setup/dependencies-acyclic"};
constexpr std::string_view kImageIdCited[] = {
    "appc/aci/image-manifest-schema/dependency-image-id-matched",
    "appc/aci/dependency-matching/image-id-compared"};
constexpr std::string_view kLabelsCited[] = {"appc/discovery/validation/labels-match",
                                             "appc/discovery/validation/label-equal"};
constexpr std::string_view kSizeCited[] = {
    "appc/aci/image-manifest-schema/dependency-size-matched"};

constexpr Rule kRules[] = {
    {"appc/dependency/acyclic", "no image needs itself", Level::kMust, kAcyclicCited, nullptr},
    {"appc/dependency/image-id", "a dependency has the image ID that is said", Level::kMust,
     kImageIdCited, nullptr},
    {"appc/dependency/labels", "a dependency has the labels that are asked for", Level::kMust,
     kLabelsCited, nullptr},
    {"appc/dependency/present",
     "every dependency is among the images given",
     Level::kShould,
     {},
     nullptr},
    {"appc/dependency/size", "a dependency has the size that is said", Level::kShould, kSizeCited,
     nullptr},
};

}  // namespace

RuleArea AppcDependenciesRules() { return {SubjectType::kAppcImage, kRules}; }

}  // namespace loadline::validator
