// SPDX-License-Identifier: Apache-2.0
// The kernel tells when a group has run out of memory.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {

class OomNotices {
 public:
  // Of a container's group: v1 by an eventfd, v2 by memory.events. Without the controller there are
  // none.
  static Result<OomNotices> Watch(const CgroupPlace& place);

  // For poll(2); -1 when there is nothing to wait for.
  int fd() const { return fd_.get(); }
  short events() const;
  // Whether memory has run out since the last call.
  bool Take();

 private:
  OomNotices() = default;
  Result<void> WatchV1(const std::string& directory);
  Result<void> WatchV2(const std::string& directory);
  bool TakeV1();
  bool TakeV2();

  UniqueFd fd_;
  UniqueFd control_;  // v1: has to stay open
  bool counts_ = false;
  uint64_t seen_ = 0;  // v2: kills that were counted before
};

}  // namespace loadline::runtime
