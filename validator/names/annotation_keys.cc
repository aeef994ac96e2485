// SPDX-License-Identifier: Apache-2.0
#include "validator/names/annotation_keys.h"

#include <algorithm>

namespace loadline::validator {
namespace {

constexpr std::string_view kReserved = "org.opencontainers";
constexpr std::string_view kImage = "org.opencontainers.image.";

constexpr std::string_view kDefined[] = {
    "architecture", "author",        "authors",      "base.digest", "base.name",  "created",
    "description",  "documentation", "exposedPorts", "licenses",    "os",         "os.features",
    "os.version",   "ref.name",      "revision",     "source",      "stopSignal", "title",
    "url",          "variant",       "vendor",       "version"};

constexpr std::string_view kOthers[] = {
    "org.opencontainers.referrers.", "org.opencontainers.distribution.",
    "org.opencontainers.runtime-spec.", "org.opencontainers.conformance."};

}  // namespace

bool IsReservedKey(std::string_view key) {
  return key == kReserved ||
         (key.starts_with(kReserved) && key.substr(kReserved.size()).starts_with('.'));
}

bool IsImageKey(std::string_view key) {
  return key.starts_with(kImage) && std::find(std::begin(kDefined), std::end(kDefined),
                                              key.substr(kImage.size())) != std::end(kDefined);
}

bool IsOtherOciKey(std::string_view key) {
  return std::any_of(std::begin(kOthers), std::end(kOthers),
                     [&](std::string_view other) { return key.starts_with(other); });
}

}  // namespace loadline::validator
