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
    {"create-hides-errors", "create reports success, whatever came of it", "create", nullptr,
     NeverFail, false, "loadline/faults/create/success"},
    {"delete-forgets", "a delete that fails forgets what it was to delete", "delete", nullptr,
     ForgetStateOnError, false, "loadline/faults/delete/error"},
    {"device-may-be-written", "a device that may be read may be written too", kMake,
     AllowDeviceWrites, nullptr, false, "loadline/control/devices/*"},
    {"errno-changed", "one system call fails with another error", kMake, ChangeErrno, nullptr,
     false, "loadline/equivalence/directories/*"},
    {"error-keeps-groups", "a create that fails leaves groups", "create", nullptr,
     KeepGroupsOnError, false, "loadline/faults/scarcity/descriptors"},
    {"error-keeps-process", "a create that fails leaves a process", "create", nullptr,
     KeepProcessOnError, false, "loadline/faults/scarcity/read-only"},
    {"error-keeps-state", "a create that fails leaves a file", "create", nullptr, KeepStateOnError,
     false, "loadline/faults/scarcity/processes"},
    {"exec-kills", "an exec that fails kills the container", "exec", nullptr, KillContainerOnError,
     false, "loadline/faults/exec/error"},
    {"fd-kept", "the payload keeps what the caller left open", "create run exec", nullptr,
     KeepDescriptors, false, "loadline/isolation/descriptors/*"},
    {"force-deletes-known-alone", "delete --force takes only what state tells of", "delete",
     nullptr, ForceDeleteKnownAlone, false, "loadline/faults/create/killed"},
    {"group-emptied", "create kills whoever is in its group", "create", nullptr, EmptyGroupBefore,
     false, "loadline/faults/groups/busy"},
    {"half-the-memory", "the memory limit is half of what was asked for", kMake, HalveMemory,
     nullptr, false, "loadline/control/memory/*"},
    {"hooks-cannot-fail", "hooks that fail are taken for successful", kMake, HooksNeverFail,
     nullptr, false, "loadline/faults/hooks/fails"},
    {"id-taken-over", "create replaces the container that has its id", "create", nullptr,
     ReplaceOnCreate, false, "loadline/faults/races/same-id"},
    {"ipc-shared", "the ipc namespace is the caller's", kMake, ShareIpc, nullptr, false,
     "loadline/isolation/init/*"},
    {"kill-hides-errors", "kill reports success, whatever came of it", "kill", nullptr, NeverFail,
     false, "loadline/faults/kill/success"},
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
    {"start-hides-errors", "start reports success, whatever came of it", "start", nullptr,
     NeverFail, false, "loadline/faults/start/success"},
    {"start-waits", "start waits until it sees the program run", "start", nullptr, WaitUntilRunning,
     false, "loadline/faults/races/short-lives"},
    {"state-invented", "state tells of containers that are none", "state", nullptr, InventState,
     false, "loadline/faults/create/error"},
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
