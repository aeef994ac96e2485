// SPDX-License-Identifier: Apache-2.0
// The documents that the runtime prints: features, list and spec.
#pragma once

#include <string>
#include <vector>

#include "reference-runtime/container.h"

namespace loadline::runtime {

// oci-runtime/features
std::string FeaturesDocument();
// The tables of stages, for people.
std::string StagesText();
// The containers below `root`, with the owners of their directories.
std::string ListDocument(const std::string& root, const std::vector<Container>& containers);
std::string ListTable(const std::string& root, const std::vector<Container>& containers);
// A config.json for a shell in a rootfs beside it; with `rootless` for a caller without rights, who
// becomes root in a user namespace.
std::string SpecDocument(bool rootless = false);

}  // namespace loadline::runtime
