// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace loadline {
namespace {

thread_local ClosesTogether* innermost = nullptr;

}  // namespace

void UniqueFd::Close(int fd) {
  if (innermost != nullptr) {
    innermost->Keep(fd);
  } else {
    close(fd);
  }
}

ClosesTogether::ClosesTogether() : around_(innermost) { innermost = this; }

ClosesTogether::~ClosesTogether() {
  CloseAll();
  innermost = around_;
}

void ClosesTogether::Keep(int fd) {
  if (count_ == kept_.size()) CloseAll();
  kept_[count_++] = fd;
}

void ClosesTogether::CloseAll() {
  const auto end = kept_.begin() + count_;
  std::sort(kept_.begin(), end);
  for (auto first = kept_.begin(); first != end;) {
    auto next = first + 1;
    while (next != end && *next == *(next - 1) + 1) ++next;
    const bool closed = next - first > 1 && syscall(SYS_close_range, static_cast<unsigned>(*first),
                                                    static_cast<unsigned>(*(next - 1)), 0U) == 0;
    for (; first != next; ++first) {
      if (!closed) close(*first);
    }
  }
  count_ = 0;
}

void CloseTogether(std::vector<UniqueFd>& descriptors) {
  const ClosesTogether together;
  descriptors.clear();
}

}  // namespace loadline
