// SPDX-License-Identifier: Apache-2.0
// Holds a bundle's config.json against the image that it was made from (image-spec conversion.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "validator/rules/rule.h"

namespace loadline::validator {

// What an image says of the containers that are made from it.
struct ImageSource {
  std::shared_ptr<const nlohmann::json> config;
  std::shared_ptr<const nlohmann::json> annotations;  // of its manifest; nullptr when unknown
};

// `image` is a layout or an archive, with or without ":" and a reference name behind it, or the
// JSON file of a configuration. An error when it is none, or holds several images and none is
// named.
Result<ImageSource> ReadImageSource(const std::string& image);

// Reports by the ids of the rules conversion/…; pointers are into the bundle's config.json.
// `rootfs` is where names of users are looked up.
void CheckConversion(const nlohmann::json& config, const ImageSource& image,
                     const std::string& rootfs, RuleReporter& reporter);

}  // namespace loadline::validator
