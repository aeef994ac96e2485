// SPDX-License-Identifier: Apache-2.0
#include "validator/image/media_types.h"

namespace loadline::validator {
namespace {

using R = MediaRole;

#define OCI "application/vnd.oci."
#define DOCKER "application/vnd.docker."

constexpr MediaType kTypes[] = {
    {OCI "image.index.v1+json", R::kIndex},
    {OCI "image.manifest.v1+json", R::kManifest},
    {OCI "image.config.v1+json", R::kImageConfig},
    {OCI "empty.v1+json", R::kEmpty},
    {OCI "image.layer.v1.tar", R::kLayer, false, Format::kTar},
    {OCI "image.layer.v1.tar+gzip", R::kLayer, false, Format::kGzip},
    {OCI "image.layer.v1.tar+zstd", R::kLayer, false, Format::kZstd},
    {OCI "image.layer.nondistributable.v1.tar", R::kLayer, false, Format::kTar, true},
    {OCI "image.layer.nondistributable.v1.tar+gzip", R::kLayer, false, Format::kGzip, true},
    {OCI "image.layer.nondistributable.v1.tar+zstd", R::kLayer, false, Format::kZstd, true},
    {DOCKER "distribution.manifest.list.v2+json", R::kIndex, true},
    {DOCKER "distribution.manifest.v2+json", R::kManifest, true},
    {DOCKER "container.image.v1+json", R::kImageConfig, true},
    {DOCKER "image.rootfs.diff.tar", R::kLayer, true, Format::kTar},
    {DOCKER "image.rootfs.diff.tar.gzip", R::kLayer, true, Format::kGzip},
    {DOCKER "image.rootfs.diff.tar.zstd", R::kLayer, true, Format::kZstd},
    {DOCKER "image.rootfs.foreign.diff.tar.gzip", R::kLayer, true, Format::kGzip, true},
};

}  // namespace

MediaType MediaTypeOf(std::string_view name) {
  for (const MediaType& type : kTypes) {
    if (type.name == name) return type;
  }
  return {name};
}

}  // namespace loadline::validator
