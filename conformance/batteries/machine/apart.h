// SPDX-License-Identifier: Apache-2.0
// Apart: the process 1 of a bundle in namespaces made by hand, without any runtime.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/child_process.h"
#include "base/deadline.h"
#include "conformance/harness/container.h"

namespace loadline::conformance::machine {

// The process of `loadline-probe apart` (probe/nest.h), and what it says.
class Apart {
 public:
  // It has to say within this time that the process is there.
  static Result<Apart> Start(const std::string& probe, const std::string& bundle,
                             std::chrono::seconds time);
  Apart(Apart&& other) noexcept = default;
  Apart& operator=(Apart&&) = delete;
  ~Apart();  // ends it

  int init() const { return pidfd_.get(); }
  std::string Errors();
  void Send(int signal);
  // An object; empty when nothing comes.
  nlohmann::json Hear(const Deadline& deadline);

 private:
  Apart(ChildProcess process, UniqueFd output, UniqueFd errors)
      : process_(std::move(process)),
        output_(std::move(output)),
        errors_{std::move(errors), "", false} {}

  ChildProcess process_;
  UniqueFd output_;
  CappedStream errors_;
  UniqueFd pidfd_;
  pid_t init_ = -1;
  std::string bytes_;
};

}  // namespace loadline::conformance::machine
