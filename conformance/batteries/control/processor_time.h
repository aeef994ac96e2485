// SPDX-License-Identifier: Apache-2.0
// Measuring processor time, and the noise of the machine while it is measured.
#pragma once

#include <chrono>

#include "conformance/batteries/groups/group_files.h"

namespace loadline::conformance::control {

// Processor time over wall time: 1.0 is one processor.
struct Use {
  double processors = 0;
  double seconds = 0;  // the window
};

// What a container uses while `count` of its processes want all they can get.
Result<Use> UseOf(Rig& rig, Container& container, int count, std::chrono::milliseconds window);
// What it uses anyway.
Result<Use> UseIn(Rig& rig, const Container& container, std::chrono::milliseconds window);

// The message to a probe that lets so many processes want all they can get.
nlohmann::json Spin(int count, std::chrono::milliseconds time);
// The same until they are told to stop.
nlohmann::json Spin(int count);
nlohmann::json StopSpinning();

// The processors that this machine gave to processes without any limit just now.
Result<double> Available(Rig& rig);

// What a quota may do: more of what it allows is a failure, less of what it promises too, if the
// machine had it to give.
struct Quota {
  double processors = 0;
  int64_t period = 100000;  // microseconds
  int64_t burst = 0;        // microseconds that can be saved
  nlohmann::json Resources() const;
};

struct Measured {
  Quota quota;
  Use use;
  double available = 0;   // processors, to those without a limit
  int64_t periods = 0;    // that the kernel counted
  int64_t throttled = 0;  // of these

  // A tenth above, and what one period and what was saved before may hold.
  double Highest() const;
  double Lowest() const;
  // A machine that has less to give than the quota shows nothing of it, unless it was used up.
  bool TooBusy() const;
  std::string ToText() const;
  Measurement ToMeasurement() const;
};

// What the container uses of its quota while it wants all processors; again, where the machine was
// too busy to tell.
Result<Measured> MeasureQuota(Rig& rig, Container& container, const Quota& quota,
                              std::chrono::milliseconds window);
// What it uses of its quota anyway; nothing is said of what the machine had to give.
Result<Measured> MeasureAsItRuns(Rig& rig, const Container& container, const Quota& quota,
                                 std::chrono::milliseconds window);
// Says so when the machine had less to give than can show anything; else empty.
std::string NoiseOf(const Measured& measured);
void JudgeMost(Findings& findings, const std::string& check, const Measured& measured);
void JudgeLeast(Findings& findings, const std::string& check, const Measured& measured);

}  // namespace loadline::conformance::control
