// SPDX-License-Identifier: Apache-2.0
// Rules on signatures of images; signatures/ and image/image_walk.h report them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr Rule kRules[] = {
    {"signature/cosign",
     "a signature of cosign has its signature and its payload",
     Level::kMust,
     {},
     nullptr},
    {"signature/digest",
     "a signature is of the image that it stands beside",
     Level::kMust,
     {},
     nullptr},
    {"signature/notation",
     "a signature of notation has its envelope, subject and thumbprints",
     Level::kMust,
     {},
     nullptr},
    {"signature/openpgp", "a simple signature is an OpenPGP message", Level::kMust, {}, nullptr},
    {"signature/payload",
     "what is signed names a digest and a reference",
     Level::kMust,
     {},
     nullptr},
    {"signature/verified", "a key that is trusted made the signature", Level::kMust, {}, nullptr},
};

}  // namespace

RuleArea SignatureRules() { return {SubjectType::kSignature, kRules}; }

}  // namespace loadline::validator
