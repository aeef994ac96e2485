// SPDX-License-Identifier: Apache-2.0
// Rules on a bundle that was made from an image (image-spec conversion.md): `validate --image`.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kAdditionalGidsCited[] = {
    "oci-image/conversion/user/additional-gids",
    "oci-image/conversion/user/additional-gids-not-for-group",
    "oci-image/conversion/user/additional-gids-not-for-number"};
constexpr std::string_view kAnnotationsCited[] = {
    "oci-image/conversion/annotation-fields/architecture",
    "oci-image/conversion/annotation-fields/author",
    "oci-image/conversion/annotation-fields/created",
    "oci-image/conversion/annotation-fields/labels",
    "oci-image/conversion/annotation-fields/labels-first",
    "oci-image/conversion/annotation-fields/os",
    "oci-image/conversion/annotation-fields/os-features",
    "oci-image/conversion/annotation-fields/os-version",
    "oci-image/conversion/annotation-fields/stop-signal",
    "oci-image/conversion/annotation-fields/variant",
    "oci-image/conversion/annotations/labels-first",
    "oci-image/conversion/annotations/values-kept"};
constexpr std::string_view kArgsCited[] = {
    "oci-image/conversion/verbatim/cmd", "oci-image/conversion/verbatim/cmd-after-entrypoint",
    "oci-image/conversion/verbatim/entrypoint", "oci-image/conversion/overview/built-from-image"};
constexpr std::string_view kEnvCited[] = {"oci-image/conversion/verbatim/env",
                                          "oci-image/conversion/overview/built-from-image"};
constexpr std::string_view kEnvAddedCited[] = {"oci-image/conversion/verbatim/env-not-overridden",
                                               "oci-image/conversion/overview/defaults-keep-env"};
constexpr std::string_view kExposedPortsCited[] = {
    "oci-image/conversion/exposed-ports/annotation",
    "oci-image/conversion/optional-fields/exposed-ports"};
constexpr std::string_view kExposedPortsListCited[] = {
    "oci-image/conversion/exposed-ports/comma-separated"};
constexpr std::string_view kManifestAnnotationsCited[] = {
    "oci-image/conversion/annotations/not-from-manifest"};
constexpr std::string_view kUserNameCited[] = {"oci-image/conversion/user/names-resolved",
                                               "oci-image/conversion/parsed-fields/user"};
constexpr std::string_view kUserNumberCited[] = {"oci-image/conversion/user/numeric-uid",
                                                 "oci-image/conversion/user/numeric-gid"};
constexpr std::string_view kVolumesCited[] = {
    "oci-image/conversion/optional-fields/volumes-mounted",
    "oci-image/conversion/optional-fields/volume-destination"};
constexpr std::string_view kWorkingDirCited[] = {"oci-image/conversion/verbatim/working-dir",
                                                 "oci-image/conversion/overview/built-from-image"};

constexpr Rule kRules[] = {
    {"conversion/additional-gids", "the groups are those of the image's user", Level::kShould,
     kAdditionalGidsCited, nullptr},
    {"conversion/annotations", "annotations repeat what the image says", Level::kMust,
     kAnnotationsCited, nullptr},
    {"conversion/args", "the arguments are the image's", Level::kMust, kArgsCited, nullptr},
    {"conversion/env", "the environment has all of the image's", Level::kMust, kEnvCited, nullptr},
    {"conversion/env-added", "no variable of the image is set once more", Level::kShould,
     kEnvAddedCited, nullptr},
    {"conversion/exposed-ports", "the image's ports are told", Level::kShould, kExposedPortsCited,
     nullptr},
    {"conversion/exposed-ports-list", "the ports that are told are the image's", Level::kMust,
     kExposedPortsListCited, nullptr},
    {"conversion/manifest-annotations", "no annotation comes from the manifest", Level::kShould,
     kManifestAnnotationsCited, nullptr},
    {"conversion/user-name", "the user is the one of the image's name", Level::kShould,
     kUserNameCited, nullptr},
    {"conversion/user-number", "the user is the image's number", Level::kMust, kUserNumberCited,
     nullptr},
    {"conversion/volumes", "something is mounted at each of the image's volumes", Level::kShould,
     kVolumesCited, nullptr},
    {"conversion/working-dir", "the working directory is the image's", Level::kMust,
     kWorkingDirCited, nullptr},
};

}  // namespace

RuleArea ConversionRules() { return {std::vector<SubjectType>{}, kRules}; }

}  // namespace loadline::validator
