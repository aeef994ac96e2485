// SPDX-License-Identifier: Apache-2.0
// What control groups tell and take, by what it means: v1 and v2 have it in different files and in
// different units, and no check knows which of them it looks at.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "conformance/batteries/rig.h"

namespace loadline::conformance {

enum class Figure {
  kMemoryLimit,     // bytes
  kMemoryReserve,   // bytes, not taken back while others have some
  kMemoryUse,       // bytes, now
  kMemoryPeak,      // bytes, the most so far
  kMemoryKills,     // processes that were ended for want of memory
  kSwapLimit,       // bytes: v1 counts memory with swap, v2 swap alone
  kProcesses,       // now
  kProcessLimit,    //
  kProcessorTime,   // nanoseconds
  kPeriods,         // that had a quota and somebody who wanted it
  kThrottled,       // periods in which the quota was used up
  kBurst,           // microseconds
  kBurstPeriods,    // periods in which more than the quota was used
  kBurstTime,       // nanoseconds beyond the quota
  kShare,           // cpu.shares, or cpu.weight
  kIdle,            // 1: what is left over by others
  kHugePageLimit,   // bytes, of pages of 2 MiB
  kHugePageReserve  // bytes that may be reserved of them
};

// What a file says when there is no limit.
inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// Whether the groups of this layout and kernel have it at all.
bool Has(const Rig& rig, Figure figure);
// Of the container's group. An error of the candidate when its group is not where it should be.
Result<int64_t> Read(const Rig& rig, const Container& container, Figure figure);
// The file itself, in a group of this name below the cell's.
std::string FileOf(const Rig& rig, const std::string& group, Figure figure);
Result<int64_t> ReadIn(const Rig& rig, const std::string& group, Figure figure);

// The file that lists the processes of the container's group, in the hierarchy of a controller. Who
// is written into it moves there.
std::string MembersOf(const Rig& rig, const Container& container, const std::string& controller);

// Lines to write into a group that has these limits, each with its file. They are what the control
// of a check needs: the same limit, set by nobody's runtime.
struct GroupLine {
  std::string file;
  std::string text;
};
GroupLine Line(const Rig& rig, Figure figure, int64_t value);
// Microseconds of processor time in each period.
std::vector<GroupLine> QuotaLines(const Rig& rig, int64_t quota, int64_t period);
// "rbps", "wbps", "riops" or "wiops" of a device, as v2 names them.
GroupLine RateLine(const Rig& rig, const std::string& device, const std::string& word,
                   int64_t rate);

}  // namespace loadline::conformance
