// SPDX-License-Identifier: Apache-2.0
// GivenBundle: a user's own bundle, whose posture is judged. Its root filesystem and its files are
// left alone: a copy of its configuration is run with the probe in a small root filesystem.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/container.h"

namespace loadline::conformance {

struct GivenBundle {
  std::string path;                   // as given
  std::string digest;                 // of its config.json
  nlohmann::json config;              // what is taken over
  std::vector<std::string> left_out;  // "/hooks: they are programs of the host" …
  // Sources of bind mounts: an empty directory or file stands for each.
  struct StandIn {
    size_t mount;    // index into /mounts
    bool directory;  // else a file
  };
  std::vector<StandIn> stand_ins;
};

// Reads DIRECTORY/config.json. kUnreadable when there is none that can be used.
Result<GivenBundle> ReadGivenBundle(const std::string& directory);

// Makes `container`'s config.json of it, and what stands for sources. To be called in a cell, after
// MakeBundle().
Result<void> MakeGivenBundle(const GivenBundle& given, const CellPaths& paths,
                             Container& container);

}  // namespace loadline::conformance
