// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.h"

#include <sys/syscall.h>

#include <algorithm>

namespace loadline {

void CloseTogether(std::vector<UniqueFd>& descriptors) {
  std::vector<unsigned> numbers;
  for (UniqueFd& descriptor : descriptors) {
    if (descriptor) numbers.push_back(static_cast<unsigned>(descriptor.Release()));
  }
  descriptors.clear();
  std::sort(numbers.begin(), numbers.end());
  for (size_t first = 0, last = 0; first < numbers.size(); first = last + 1) {
    last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (first != last && syscall(SYS_close_range, numbers[first], numbers[last], 0U) == 0) continue;
    for (size_t i = first; i <= last; ++i) close(static_cast<int>(numbers[i]));
  }
}

}  // namespace loadline
