// SPDX-License-Identifier: Apache-2.0
// Memory groups: how much a control group holds and may hold, in both layouts, and a native process
// in a group of its own.
#pragma once

#include <string>
#include <utility>

#include "conformance/batteries/native.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::efficiency {

class MemoryGroup {
 public:
  // That of a container, which its config.json names. An error when it is not there.
  static Result<MemoryGroup> Of(const Rig& rig, const Container& container);
  // A new one of the battery's, which is gone with this.
  static Result<MemoryGroup> Make(const Rig& rig, const std::string& name);

  MemoryGroup(MemoryGroup&& other) noexcept
      : v2_(other.v2_), ours_(std::exchange(other.ours_, false)), directory_(other.directory_) {}
  MemoryGroup& operator=(MemoryGroup&&) = delete;
  ~MemoryGroup();

  const std::string& directory() const { return directory_; }
  Result<int64_t> Usage() const;
  Result<void> Limit(int64_t bytes) const;
  // The twin of the bundle, which is in the group from its first page on.
  Result<Native> StartTwin(const Rig& rig, const std::string& bundle) const;

 private:
  MemoryGroup(bool v2, bool ours, std::string directory)
      : v2_(v2), ours_(ours), directory_(std::move(directory)) {}
  bool v2_;
  bool ours_;
  std::string directory_;
};

}  // namespace loadline::conformance::efficiency
