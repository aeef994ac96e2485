// SPDX-License-Identifier: Apache-2.0
// Rules on what an image's descriptors say about its blobs; image/image_walk.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kBlobContentCited[] = {
    "oci-image/image-layout/blobs/content-matches-name"};
constexpr std::string_view kBlobFileCited[] = {
    "oci-image/image-layout/blobs/algorithm-directories"};
constexpr std::string_view kBlobNameCited[] = {"oci-image/image-layout/blobs/algorithm-grammar",
                                               "oci-image/image-layout/blobs/encoded-grammar"};
constexpr std::string_view kBlobsDirectoryCited[] = {
    "oci-image/image-layout/content/blobs-directory"};
constexpr std::string_view kDiffIdCited[] = {
    "oci-image/config/diff-id/of-uncompressed-tar", "oci-image/config/rootfs/diff-ids/in-order",
    "oci-image/manifest/layers/base-first", "oci-image/manifest/layers/stack-order"};
constexpr std::string_view kDiffIdsCountCited[] = {"oci-image/config/rootfs/diff-ids/in-order"};
constexpr std::string_view kDigestCited[] = {"oci-image/descriptor/digest/of-content",
                                             "oci-image/image-layout/blobs/content-matches-name"};
constexpr std::string_view kDocumentCited[] = {"oci-image/considerations/json/json-content"};
constexpr std::string_view kHistoryCited[] = {
    "oci-image/config/history/empty-layer/marks-no-layer"};
constexpr std::string_view kIndexCited[] = {"oci-image/image-layout/content/index-json-exists",
                                            "oci-image/image-layout/index-json/entry-point"};
constexpr std::string_view kMediaTypeAgreesCited[] = {"oci-image/descriptor/media-type/of-content"};
constexpr std::string_view kOciLayoutCited[] = {"oci-image/image-layout/content/oci-layout-exists"};
constexpr std::string_view kSizeCited[] = {"oci-image/descriptor/size/of-content"};

constexpr std::string_view kArtifactTypeCited[] = {
    "oci-image/descriptor/artifact-type/of-manifest"};

constexpr Rule kRules[] = {
    {"image/archive", "the archive can be read to its end", Level::kMust, {}, nullptr},
    {"image/archive-entry-once", "no file stands twice in the archive", Level::kMust, {}, nullptr},
    {"image/artifact-type", "a descriptor repeats the artifact type of its manifest",
     Level::kShould, kArtifactTypeCited, nullptr},
    {"image/blob-content", "a blob that nobody refers to is what its name says", Level::kMust,
     kBlobContentCited, nullptr},
    {"image/blob-file", "blobs stand in directories of their algorithms", Level::kMust,
     kBlobFileCited, nullptr},
    {"image/blob-name", "a blob's name is a digest", Level::kMust, kBlobNameCited, nullptr},
    {"image/blob-present", "every blob that is referred to is there", Level::kShould, {}, nullptr},
    {"image/blob-readable", "every blob can be read", Level::kMust, {}, nullptr},
    {"image/blob-referenced", "every blob is referred to", Level::kMay, {}, nullptr},
    {"image/blobs-directory", "there is a directory of blobs", Level::kMust, kBlobsDirectoryCited,
     nullptr},
    {"image/depth", "indexes do not nest deeper than the limit", Level::kMust, {}, nullptr},
    {"image/diff-id", "a layer unpacks to what its diffID says", Level::kMust, kDiffIdCited,
     nullptr},
    {"image/diff-id-unjudged", "every diffID can be compared", Level::kMay, {}, nullptr},
    {"image/diff-ids-count", "there is one diffID for each layer", Level::kMust, kDiffIdsCountCited,
     nullptr},
    {"image/digest", "a blob is what its descriptor says", Level::kMust, kDigestCited, nullptr},
    {"image/document", "what should be a document is one", Level::kMust, kDocumentCited, nullptr},
    {"image/history", "the history tells of as many layers as there are", Level::kMust,
     kHistoryCited, nullptr},
    {"image/index", "there is an index.json", Level::kMust, kIndexCited, nullptr},
    {"image/media-type-agrees", "a descriptor and its document say the same media type",
     Level::kMust, kMediaTypeAgreesCited, nullptr},
    {"image/oci-layout", "there is an oci-layout", Level::kMust, kOciLayoutCited, nullptr},
    {"image/platform", "an image runs on the platform that is promised", Level::kMust, {}, nullptr},
    {"image/referrers-tag",
     "what stands under a tag for referrers refers to its digest",
     Level::kMust,
     {},
     nullptr},
    {"image/size", "a blob has the size that its descriptor says", Level::kMust, kSizeCited,
     nullptr},
};

}  // namespace

RuleArea ImageContentRules() { return {SubjectType::kImage, kRules}; }

}  // namespace loadline::validator
