// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/number_set.h"

#include <charconv>

#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// More than any kernel is built for.
constexpr unsigned kHighest = 16383;

bool ReadRange(const std::string& text, unsigned& first, unsigned& last) {
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, first);
  last = first;
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-')
    read = std::from_chars(read.ptr + 1, end, last);
  return read.ec == std::errc() && read.ptr == end && first <= last && last <= kHighest;
}

}  // namespace

Result<NumberSet> ReadNumberSet(const std::string& list) {
  NumberSet set;
  const std::string hint = "write numbers and ranges with commas between, such as 0-3,7";
  if (list.ends_with(',')) return Failure("\"" + list + "\" ends in a comma", hint);
  for (const std::string& part : SplitText(list, ',')) {
    unsigned first = 0;
    unsigned last = 0;
    if (!ReadRange(part, first, last)) return Failure("\"" + list + "\" is not a list", hint);
    if (set.size() <= last / kBitsPerWord) set.resize(last / kBitsPerWord + 1);
    for (unsigned number = first; number <= last; ++number)
      set[number / kBitsPerWord] |= 1UL << number % kBitsPerWord;
  }
  return set;
}

}  // namespace loadline::runtime
