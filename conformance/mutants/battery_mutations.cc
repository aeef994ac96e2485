// SPDX-License-Identifier: Apache-2.0
// Mutations that the batteries have to notice, each with the checks that are about it.
#include "conformance/mutants/misbehaviour.h"
#include "conformance/mutants/mutations.h"

namespace loadline::mutants {
namespace {

constexpr const char* kMake = "create run";

constexpr Mutation kMutations[] = {
    {"bundle-invented", "`state` names another bundle", "state", nullptr, StateSaysOtherBundle,
     false, "loadline/isolation/init/state"},
    {"calls-not-killed", "who makes a system call that kills is told an error", kMake, NeverKill,
     nullptr, false, "loadline/isolation/*/seccomp-signal loadline/isolation/*/seccomp-errno"},
    {"capability-of-exec", "a process of exec gets a capability that nobody gave", "exec",
     AddCapability, nullptr, false, "loadline/isolation/exec/*"},
    {"device-may-be-written", "a device that may be read may be written too", kMake,
     AllowDeviceWrites, nullptr, false, "loadline/control/devices/*"},
    {"domain-changed", "the execution domain is another", kMake, OtherDomain, nullptr, false,
     "loadline/isolation/*/personality loadline/isolation/exec/exec-like-init"},
    {"errno-changed", "one system call fails with another error", kMake, ChangeErrno, nullptr,
     false, "loadline/equivalence/directories/*"},
    {"exec-umask", "a process of exec has an open umask", "exec", OpenUmask, nullptr, false,
     "loadline/isolation/exec/exec-like-init loadline/isolation/exec/umask"},
    {"fd-kept", "the payload keeps what the caller left open", "create run exec", nullptr,
     KeepDescriptors, false, "loadline/isolation/descriptors/*"},
    {"group-further-down", "the control group is another than asked for", kMake, GroupFurtherDown,
     nullptr, false, "loadline/isolation/init/group-paths loadline/isolation/*/group-path"},
    {"group-left", "delete leaves the control groups", "delete", nullptr, DeleteAndKeepCgroups,
     false, "loadline/isolation/left-behind/*"},
    {"groups-given-away", "the control groups belong to somebody else", kMake, nullptr,
     CreateAndGiveGroupsAway, false, "loadline/isolation/init/group-owners"},
    {"half-the-memory", "the memory limit is half of what was asked for", kMake, HalveMemory,
     nullptr, false, "loadline/control/memory/*"},
    {"home-of-the-caller", "HOME is the caller's", kMake, TakeHomeAlong, nullptr, false,
     "loadline/isolation/init/home"},
    {"ipc-shared", "the ipc namespace is the caller's", kMake, ShareIpc, nullptr, false,
     "loadline/isolation/init/*"},
    {"keyring-kept", "the session keyring is the caller's", kMake, nullptr, KeepKeyring, false,
     "loadline/isolation/*/session-keyring"},
    {"listening-pretended", "the payload is told of sockets that nobody hands over", kMake,
     PretendToListen, nullptr, false,
     "loadline/isolation/init/listen-variables loadline/isolation/init/environment"},
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
    {"pings-for-all", "everybody may send pings", kMake, LetEverybodyPing, nullptr, false,
     "loadline/isolation/*/ping-groups"},
    {"quota-doubled", "the quota of processor time is twice what was asked for", kMake, DoubleQuota,
     nullptr, false, "loadline/control/cpu/quota*"},
    {"raw-sockets", "a capability for raw sockets is given away", kMake, RawSockets, nullptr, false,
     "loadline/isolation/init/*"},
    {"readonly-forgotten", "nothing is read-only", kMake, ForgetReadOnly, nullptr, false,
     "loadline/isolation/read-only/*"},
    {"shared-memory-shared", "/dev/shm is the caller's", kMake, ShareSharedMemory, nullptr, false,
     "loadline/isolation/*/shared-memory-directory loadline/isolation/*/mount-*"},
    {"shares-equal", "everybody gets the same share of the processor", "create run update",
     EqualShares, nullptr, false, "loadline/control/cpu/shares*"},
    {"sizes-forgotten", "file systems grow without end", kMake, ForgetSizes, nullptr, false,
     "loadline/isolation/*/mount-data"},
    {"terminals-shared", "the terminals are the caller's", kMake, ShareTerminals, nullptr, false,
     "loadline/isolation/*/terminal-instance loadline/isolation/*/terminal-multiplexer "
     "loadline/isolation/*/mount-* loadline/isolation/init/console"},
    {"throttled", "everything gets a tenth of the processor", kMake, Throttle, nullptr, false,
     "loadline/efficiency/*"},
    {"times-not-kept", "no file system keeps times of access", kMake, NeverKeepTimes, nullptr,
     false, "loadline/isolation/*/mount-times"},
    {"top-alone", "what is to be read-only with all below it is read-only at the top", kMake,
     ProtectTheTopAlone, nullptr, false, "loadline/isolation/*/recursive-options"},
    {"update-lies", "update reports success and changes nothing", "update", nullptr, DoNothing,
     false, "loadline/control/*/updated"},
    {"variable-leaked", "the payload gets a variable that nobody gave", kMake, AddEnvironment,
     nullptr, false, "loadline/isolation/init/*"},
};

}  // namespace

std::span<const Mutation> BatteryMutations() { return kMutations; }

}  // namespace loadline::mutants
