// SPDX-License-Identifier: Apache-2.0
// The native twin of a container: the same root filesystem, mounts, ids, environment and limits in
// a mount namespace with a root of its own, made by nobody's runtime.
#pragma once

#include <string>

namespace loadline::probe {

// Becomes the twin that config.json of the bundle describes, and executes its process. Returns only
// when it cannot, with the reason. One that is confined has no more capabilities than config.json
// grants; any other keeps its caller's.
std::string BecomeTwin(const std::string& bundle, bool confined = false);

}  // namespace loadline::probe
