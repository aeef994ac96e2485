// SPDX-License-Identifier: Apache-2.0
// One rule for each schema, so that it can be explained and cited; findings.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr char kForm[] = "the document has the form that the standard gives it";

constexpr Rule kRules[] = {
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

RuleArea SchemasRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
