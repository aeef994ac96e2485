// SPDX-License-Identifier: Apache-2.0
// The mutants: which bad runtimes there are, how loadline-mutant is called for each, and what they
// spoil.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline::mutants {

struct Mutant {
  std::string name;     // "field:/root/readonly", "mutation:kill-does-nothing", "battery:fd-kept"
  std::string summary;  // what it does wrong
  std::string pointer;  // pattern of what it spoils in config.json; empty for a mutation
  std::string verbs;    // that it spoils, separated by spaces; "create run" for a field
  // Between "loadline-mutant" and "--", which is followed by the runtime's own command line.
  std::vector<std::string> arguments;
  bool slow = false;               // every run with it costs a deadline
  std::vector<std::string> about;  // globs of what has to notice it, and nothing else; empty: all
  bool battery = false;            // that is checks of batteries, not cases
  std::string reason;              // why nothing can notice it; empty: something should
};

// All of them, sorted by name. An error means that fields.json is broken, a defect of ours.
Result<std::vector<Mutant>> ListMutants();

// Whether the mutant spoils something in a run: its pointer matches the config.json, or, for a
// mutation, one of the verbs is called.
Result<bool> Touches(const Mutant& mutant, const nlohmann::json& config,
                     const std::vector<std::string>& verbs);

// The places of the config.json that the mutant spoils, as pointers, shortened to the property that
// stands right below process, linux or the top.
Result<std::vector<std::string>> SpoiledProperties(const Mutant& mutant,
                                                   const nlohmann::json& config);
// The config.json without what the mutant spoils; as it is for a mutation.
Result<nlohmann::json> Without(const Mutant& mutant, nlohmann::json config);

}  // namespace loadline::mutants
