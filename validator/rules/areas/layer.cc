// SPDX-License-Identifier: Apache-2.0
// Rules on the entries of a layer (image-spec layer.md); image/layer_walk.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kFileTypeCited[] = {"oci-image/layer/file-types/known"};
constexpr std::string_view kHardLinkEscapeCited[] = {
    "oci-image/layer/hardlinks/outside-not-recorded"};
constexpr std::string_view kHardLinkKnownCited[] = {"oci-image/layer/hardlinks/target-in-layer"};
constexpr std::string_view kMediaTypeCited[] = {
    "oci-image/layer/media-types/gzip", "oci-image/layer/media-types/zstd",
    "oci-image/layer/media-types/nondistributable-gzip",
    "oci-image/layer/media-types/nondistributable-zstd"};
constexpr std::string_view kNoDuplicateEntriesCited[] = {
    "oci-image/layer/distributable-format/no-duplicates"};
constexpr std::string_view kPathRelativeCited[] = {"oci-image/layer/creating/relative-paths"};
constexpr std::string_view kSparseCited[] = {"oci-image/layer/file-attributes/no-sparse-files"};
constexpr std::string_view kTarCited[] = {"oci-image/layer/distributable-format/tar",
                                          "oci-image/layer/hardlinks/type-flag"};
constexpr std::string_view kWhiteoutEmptyCited[] = {"oci-image/layer/whiteouts/empty-file",
                                                    "oci-image/layer/whiteouts/regular-file",
                                                    "oci-image/layer/whiteouts/prefix-reserved"};
constexpr std::string_view kWhiteoutExplicitCited[] = {
    "oci-image/layer/opaque-whiteout/explicit-preferred"};
constexpr std::string_view kWhiteoutNamedCited[] = {
    "oci-image/layer/whiteouts/name", "oci-image/layer/whiteouts/name-not-bare",
    "oci-image/layer/representing-changes/whiteout-prefix"};
constexpr std::string_view kWhiteoutOrderCited[] = {"oci-image/layer/whiteouts/before-siblings"};

constexpr std::string_view kHardLinkDirectoryCited[] = {
    "oci-image/layer/hardlinks/not-of-directories"};
constexpr std::string_view kLinkTargetCited[] = {"oci-image/layer/file-attributes/symlink-target",
                                                 "oci-image/layer/file-attributes/hardlink-target"};

constexpr Rule kRules[] = {
    {"layer/file-type", "every entry is of a type that a system can make", Level::kMust,
     kFileTypeCited, nullptr},
    {"layer/hard-link-escape", "no hard link leads out of the root", Level::kMust,
     kHardLinkEscapeCited, nullptr},
    {"layer/hard-link-known", "a hard link comes behind its file", Level::kShould,
     kHardLinkKnownCited, nullptr},
    {"layer/hard-link-directory", "no hard link is to a directory", Level::kMust,
     kHardLinkDirectoryCited, nullptr},
    {"layer/link-target", "every link has a target", Level::kMust, kLinkTargetCited, nullptr},
    {"layer/limits", "a layer is within the limits of what is read", Level::kMust, {}, nullptr},
    {"layer/link-escape", "no symbolic link climbs above the root", Level::kShould, {}, nullptr},
    {"layer/media-type", "a layer's bytes are of its media type", Level::kMust, kMediaTypeCited,
     nullptr},
    {"layer/no-duplicate-entries", "no path stands twice in a layer", Level::kMust,
     kNoDuplicateEntriesCited, nullptr},
    {"layer/path-escape", "no entry leads out of the root", Level::kMust, {}, nullptr},
    {"layer/path-relative", "entries are named relative to the root", Level::kShould,
     kPathRelativeCited, nullptr},
    {"layer/path-through-link",
     "no entry lies behind a symbolic link of its layer",
     Level::kShould,
     {},
     nullptr},
    {"layer/sparse", "no file is sparse", Level::kShould, kSparseCited, nullptr},
    {"layer/tar", "a layer is a tar archive that can be read to its end", Level::kMust, kTarCited,
     nullptr},
    {"layer/whiteout-beside-file",
     "no whiteout stands beside the file it names",
     Level::kMay,
     {},
     nullptr},
    {"layer/whiteout-empty", "a whiteout is an empty regular file", Level::kMust,
     kWhiteoutEmptyCited, nullptr},
    {"layer/whiteout-explicit", "no whiteout is opaque", Level::kShould, kWhiteoutExplicitCited,
     nullptr},
    {"layer/whiteout-named", "a whiteout names what it hides", Level::kMust, kWhiteoutNamedCited,
     nullptr},
    {"layer/whiteout-order", "whiteouts come before other entries of their directory",
     Level::kShould, kWhiteoutOrderCited, nullptr},
};

}  // namespace

RuleArea LayerRules() { return {{SubjectType::kImage, SubjectType::kLayer}, kRules}; }

}  // namespace loadline::validator
