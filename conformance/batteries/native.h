// SPDX-License-Identifier: Apache-2.0
// Native: the probe as a process of the cell, without any runtime: the control of what is measured
// in containers.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance {

class Native {
 public:
  // Starts the probe with these arguments (serve, or twin and its file), and waits until it is
  // ready.
  static Result<Native> Start(const Rig& rig, const std::vector<std::string>& arguments = {"serve"},
                              const std::vector<std::pair<int, int>>& descriptors = {});

  // The same with another file than the probe's, a copy of it.
  static Result<Native> StartProgram(const std::string& program,
                                     const std::vector<std::string>& arguments,
                                     const std::vector<std::pair<int, int>>& descriptors = {});

  // Hands it a message and waits for the answer. An error is one of ours.
  Result<nlohmann::json> Tell(const nlohmann::json& message);
  pid_t pid() const { return process_.pid(); }

 private:
  Native(ChildProcess process, UniqueFd input, UniqueFd output)
      : process_(std::move(process)), input_(std::move(input)), output_(std::move(output)) {}
  Result<nlohmann::json> Hear();

  ChildProcess process_;
  UniqueFd input_;
  UniqueFd output_;
  std::string bytes_;
};

}  // namespace loadline::conformance
