// SPDX-License-Identifier: Apache-2.0
// What the host side sees of a container: namespaces, cgroups, files, and what hooks left behind.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "conformance/harness/cell.h"
#include "conformance/harness/container.h"

namespace loadline::conformance {

// Namespaces, cgroups, id mappings … of the container's process; null when it is gone.
nlohmann::json ObserveProcess(const Container& container, const CellView& view,
                              const std::set<std::string>& cgroup_files);
// One entry of host.files. Paths are resolved in the cell.
nlohmann::json ObservePath(const std::string& path);
// The ordered log, and the documents of hooks by name.
nlohmann::json ReadLog(const Container& container);
nlohmann::json ReadHooks(const Container& container);

}  // namespace loadline::conformance
