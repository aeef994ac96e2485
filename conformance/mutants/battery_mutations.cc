// SPDX-License-Identifier: Apache-2.0
// Mutations that the batteries have to notice, each with the checks that are about it.
#include "conformance/mutants/misbehaviour.h"
#include "conformance/mutants/mutations.h"

namespace loadline::mutants {
namespace {

constexpr const char* kMake = "create run";

constexpr Mutation kMutations[] = {
    {"capability-of-exec", "a process of exec gets a capability that nobody gave", "exec",
     AddCapability, nullptr, false, "loadline/isolation/exec/*"},
    {"device-may-be-written", "a device that may be read may be written too", kMake,
     AllowDeviceWrites, nullptr, false, "loadline/control/devices/*"},
    {"errno-changed", "one system call fails with another error", kMake, ChangeErrno, nullptr,
     false, "loadline/equivalence/directories/*"},
    {"fd-kept", "the payload keeps what the caller left open", "create run exec", nullptr,
     KeepDescriptors, false, "loadline/isolation/descriptors/*"},
    {"half-the-memory", "the memory limit is half of what was asked for", kMake, HalveMemory,
     nullptr, false, "loadline/control/memory/*"},
    {"ipc-shared", "the ipc namespace is the caller's", kMake, ShareIpc, nullptr, false,
     "loadline/isolation/init/*"},
    {"mask-forgotten", "the last masked path is not masked", kMake, ForgetMask, nullptr, false,
     "loadline/isolation/masks/*"},
    {"memory-doubled", "the memory limit is twice what was asked for", kMake, DoubleMemory, nullptr,
     false, "loadline/control/memory/*"},
    {"memory-unlimited", "there is no memory limit", "create run update", ForgetMemory, nullptr,
     false, "loadline/control/memory/*"},
    {"mount-of-its-own", "there is a mount that nobody asked for", kMake, AddMount, nullptr, false,
     "loadline/isolation/init/*"},
    {"one-process-more", "the limit of processes is one too high", "create run update", AddProcess,
     nullptr, false, "loadline/control/pids/*"},
    {"one-processor-more", "the set of processors has one too many", "create run update",
     AddProcessor, nullptr, false, "loadline/control/cpuset/*"},
    {"pause-lies", "pause reports success and stops nothing", "pause", nullptr, DoNothing, false,
     "loadline/control/freezer/*"},
    {"quota-doubled", "the quota of processor time is twice what was asked for", kMake, DoubleQuota,
     nullptr, false, "loadline/control/cpu/quota*"},
    {"readonly-forgotten", "nothing is read-only", kMake, ForgetReadOnly, nullptr, false,
     "loadline/isolation/read-only/*"},
    {"shares-equal", "everybody gets the same share of the processor", "create run update",
     EqualShares, nullptr, false, "loadline/control/cpu/shares*"},
    {"throttled", "everything gets a tenth of the processor", kMake, Throttle, nullptr, false,
     "loadline/efficiency/*"},
    {"update-lies", "update reports success and changes nothing", "update", nullptr, DoNothing,
     false, "loadline/control/*/updated"},
    {"variable-leaked", "the payload gets a variable that nobody gave", kMake, AddEnvironment,
     nullptr, false, "loadline/isolation/init/*"},
};

}  // namespace

std::span<const Mutation> BatteryMutations() { return kMutations; }

}  // namespace loadline::mutants
