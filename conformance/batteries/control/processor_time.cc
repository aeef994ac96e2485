// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/control/processor_time.h"

#include "conformance/batteries/native.h"

namespace loadline::conformance::control {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

json Spin(int count, std::chrono::milliseconds window) {
  return {{"tell", "spin"}, {"count", count}, {"milliseconds", window.count()}};
}

}  // namespace

Result<Use> UseOf(Rig& rig, Container& container, int count, std::chrono::milliseconds window) {
  ASSIGN_OR_RETURN(const int64_t before, rig.GroupNumber(container, "cpuacct.usage"));
  const Clock::time_point begin = Clock::now();
  ASSIGN_OR_RETURN(const json started, rig.Tell(container, Spin(count, window)));
  ASSIGN_OR_RETURN(const json ended, rig.Tell(container, {{"tell", "join"}}));
  const double seconds = SecondsSince(begin);
  ASSIGN_OR_RETURN(const int64_t after, rig.GroupNumber(container, "cpuacct.usage"));
  if (started.value("spinning", 0) != count || ended.value("joined", 0) != count)
    return CandidateError("the container could not start " + std::to_string(count) + " processes");
  return Use{static_cast<double>(after - before) / 1e9 / seconds, seconds};
}

Result<double> Available(Rig& rig, int count, std::chrono::milliseconds window) {
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  const Clock::time_point begin = Clock::now();
  RETURN_IF_ERROR(native.Tell(Spin(count, window)));
  ASSIGN_OR_RETURN(const json used, native.Tell({{"tell", "join"}}));
  return used.value("processorSeconds", 0.0) / SecondsSince(begin) / count;
}

}  // namespace loadline::conformance::control
