// SPDX-License-Identifier: Apache-2.0
// Rules on the archive of an app container image (appc aci.md); appc/aci.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kArchiveCited[] = {"appc/aci/image-archives/tar-format"};
constexpr std::string_view kCompressionCited[] = {"appc/aci/image-archives/tar-format"};
constexpr std::string_view kManifestFileCited[] = {"appc/aci/image-archives/manifest-regular-file"};
constexpr std::string_view kManifestPresentCited[] = {"appc/aci/image-layout/manifest-present",
                                                      "appc/aci/image-manifest/at-root"};
constexpr std::string_view kNoDuplicateEntriesCited[] = {
    "appc/aci/image-archives/no-duplicate-entries"};
constexpr std::string_view kRootfsDirectoryCited[] = {"appc/aci/image-archives/rootfs-directory"};
constexpr std::string_view kRootfsPresentCited[] = {"appc/aci/image-layout/rootfs-present"};
constexpr std::string_view kSignatureArmouredCited[] = {
    "appc/aci/image-archives/signature-armored-detached",
    "appc/aci/image-archives/signature-suffix"};
constexpr std::string_view kSignedCited[] = {"appc/aci/image-archives/signed"};
constexpr std::string_view kSuffixCited[] = {"appc/aci/image-archives/suffix"};
constexpr std::string_view kTopLevelCited[] = {"appc/aci/image-archives/nothing-outside-rootfs"};

constexpr Rule kRules[] = {
    {"aci/archive", "the archive can be read to its end", Level::kMust, kArchiveCited, nullptr},
    {"aci/compression", "the archive is plain, gzip, bzip2 or xz", Level::kMust, kCompressionCited,
     nullptr},
    {"aci/manifest-file", "the manifest is a regular file", Level::kMust, kManifestFileCited,
     nullptr},
    {"aci/manifest-present", "there is a manifest", Level::kMust, kManifestPresentCited, nullptr},
    {"aci/no-duplicate-entries", "no path stands twice in the archive", Level::kMust,
     kNoDuplicateEntriesCited, nullptr},
    {"aci/path-escape", "no entry leads out of the archive's root", Level::kMust, {}, nullptr},
    {"aci/rootfs-directory", "rootfs is a directory", Level::kMust, kRootfsDirectoryCited, nullptr},
    {"aci/rootfs-present", "there is a rootfs", Level::kMust, kRootfsPresentCited, nullptr},
    {"aci/signature-armoured", "the signature is armoured and detached", Level::kMust,
     kSignatureArmouredCited, nullptr},
    {"aci/signed", "the image is signed", Level::kShould, kSignedCited, nullptr},
    {"aci/suffix", "the file's name ends in .aci", Level::kMust, kSuffixCited, nullptr},
    {"aci/top-level", "nothing stands beside manifest and rootfs", Level::kMust, kTopLevelCited,
     nullptr},
};

}  // namespace

RuleArea AciRules() { return {SubjectType::kAci, kRules}; }

}  // namespace loadline::validator
