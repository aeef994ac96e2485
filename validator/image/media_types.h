// SPDX-License-Identifier: Apache-2.0
// The media types that the image standard and Docker's older formats use.
#pragma once

#include <optional>
#include <string_view>

#include "validator/archive/format.h"

namespace loadline::validator {

enum class MediaRole { kIndex, kManifest, kImageConfig, kLayer, kEmpty, kUnknown };

struct MediaType {
  std::string_view name;
  MediaRole role = MediaRole::kUnknown;
  bool docker = false;            // of Docker's formats, which the OCI ones are compatible with
  Format packing = Format::kTar;  // of layers
  bool non_distributable = false;
};

// One of unknown role for every other text.
MediaType MediaTypeOf(std::string_view name);

// The content that the empty media type stands for: "{}".
inline constexpr std::string_view kEmptyDigest =
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

}  // namespace loadline::validator
