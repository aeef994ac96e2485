// SPDX-License-Identifier: Apache-2.0
// Outside: what the cell has that a container may or may not reach.
#pragma once

#include <netinet/in.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "conformance/batteries/native.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::isolation {

// What the kernel keeps apart by no namespace, and not every kernel has.
inline constexpr const char* kVsock = "vsock";

// One of each of the probe's targets (probe/reach.cc) in the cell's namespaces. Gone with this.
class Outside {
 public:
  // An error when even a native process does not reach one of them (but vsock): then nothing is
  // shown.
  static Result<Outside> Make(const Rig& rig, Native& native);

  Outside(Outside&&) = default;
  Outside& operator=(Outside&&) = default;
  ~Outside();

  // For the probe: where all of them are. The answer is {"reached": {target: "ok" or why not}}.
  nlohmann::json question() const;
  const nlohmann::json& natively() const { return natively_; }
  pid_t process() const { return process_->pid(); }

 private:
  Outside() = default;
  Result<void> MakeSockets();

  std::string name_;
  in_port_t port_ = 0;
  UniqueFd abstract_;
  UniqueFd loopback_;
  UniqueFd vsock_;
  std::optional<Native> process_;
  nlohmann::json natively_;
};

}  // namespace loadline::conformance::isolation
