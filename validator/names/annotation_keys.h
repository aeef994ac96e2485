// SPDX-License-Identifier: Apache-2.0
// The keys of annotations that the Open Container Initiative keeps for itself.
#pragma once

#include <string_view>

namespace loadline::validator {

// Whether the key is in the namespace org.opencontainers, which nobody else may use.
bool IsReservedKey(std::string_view key);
// Whether it is one that the image standard defines there: in annotations.md, or in conversion.md
// for the configurations that are made from images.
bool IsImageKey(std::string_view key);
// Whether another standard of theirs (distribution, runtime, conformance) has its namespace there.
bool IsOtherOciKey(std::string_view key);

}  // namespace loadline::validator
