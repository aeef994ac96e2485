// SPDX-License-Identifier: Apache-2.0
// The bundles in which the posture is judged: our own, or the one that a user gave.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

struct NamedBundle {
  const char* name;
  nlohmann::json (*changes)();     // of the base configuration; they may name ${work}
  const char* attempt = nullptr;   // of the probe, that a native process has to succeed in
  const char* submount = nullptr;  // in the container, from a tree that MakeTree() makes
};

const std::vector<NamedBundle>& OwnBundles();

// A directory ${work}/tree with a mount in it, for recursive options.
Result<void> MakeTree(const std::string& work);

}  // namespace loadline::conformance::isolation
