// SPDX-License-Identifier: Apache-2.0
// Settings: what a project's .loadline.json says of how its paths are judged.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::cli {

// For one path; the command line goes before all of it.
struct PathSettings {
  std::string fail_level;           // empty: nothing is said, which is must
  std::vector<std::string> ignore;  // globs on rule ids
  std::string kind;
  std::string spec;
  bool shallow = false;
};

class Settings {
 public:
  // From `file`, or from .loadline.json in this directory or the nearest one above that has it;
  // nothing is set when there is none. An error when it does not keep to
  // schema/loadline/settings.json.
  static Result<Settings> Read(const std::string& file);
  PathSettings For(const std::string& path) const;

 private:
  std::string folder_;
  std::shared_ptr<const nlohmann::ordered_json> json_;  // nullptr when there is no file
};

}  // namespace loadline::cli
