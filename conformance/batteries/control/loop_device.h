// SPDX-License-Identifier: Apache-2.0
// LoopDevice: a block device over a file of the cell's, so that rates of input and output can be
// limited and measured, and pages of it cached, without touching a disk of the host's.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace loadline::conformance::control {

class LoopDevice {
 public:
  // Over a new file of this many bytes. An error where this host gives no loop devices.
  static Result<LoopDevice> Make(const std::string& file, int64_t bytes);
  LoopDevice(LoopDevice&& other) noexcept = default;
  LoopDevice& operator=(LoopDevice&&) = delete;
  ~LoopDevice();  // the kernel lets go of the file with the last descriptor, also when we are
                  // killed

  const std::string& path() const { return path_; }
  unsigned major() const { return major_; }
  unsigned minor() const { return minor_; }
  // "7:0"
  std::string Numbers() const { return std::to_string(major_) + ":" + std::to_string(minor_); }
  // What changes the base configuration for a container that has the device at this path, may use
  // no other one, and has these resources.
  nlohmann::json ForContainer(const char* path, nlohmann::json resources) const;

 private:
  LoopDevice() = default;
  std::string file_;
  std::string path_;
  unsigned major_ = 0;
  unsigned minor_ = 0;
  UniqueFd device_;
};

}  // namespace loadline::conformance::control
