// SPDX-License-Identifier: Apache-2.0
// An app container image as other images see it: what dependencies are resolved to (appc aci.md).
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "validator/archive/content_limits.h"

namespace loadline::validator {

struct AppcImage {
  std::string path;  // where it was read
  std::shared_ptr<const nlohmann::json> manifest;
  std::string id;     // empty when only a manifest or a directory was read
  uint64_t size = 0;  // of the archive, likewise
};

// Reads an ACI, an unpacked one or an image manifest. An error when it is none of them.
Result<AppcImage> ReadAppcImage(const std::string& path, const ContentLimits& limits);
// The same for several.
Result<std::vector<AppcImage>> ReadAppcImages(const std::vector<std::string>& paths,
                                              const ContentLimits& limits);

}  // namespace loadline::validator
