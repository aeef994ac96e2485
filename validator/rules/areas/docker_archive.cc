// SPDX-License-Identifier: Apache-2.0
// Rules on archives of `docker save`, which no standard describes; image/image_walk.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr Rule kRules[] = {
    {"docker/config-name", "a configuration's name is its digest", Level::kMust, {}, nullptr},
    {"docker/file-present",
     "every file that manifest.json names is there",
     Level::kMust,
     {},
     nullptr},
    {"docker/manifest", "manifest.json lists images", Level::kMust, {}, nullptr},
    {"docker/repo-tags", "every name has a tag", Level::kMust, {}, nullptr},
};

}  // namespace

RuleArea DockerArchiveRules() { return {SubjectType::kImage, kRules}; }

}  // namespace loadline::validator
