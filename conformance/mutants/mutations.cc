// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/mutations.h"

#include <algorithm>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

// A row: name, what is wrong, the verbs, then the change of config.json or the act; whether it
// makes people wait; the cases that are about it. Those without any spoil nearly everything.
constexpr Mutation kMutations[] = {
    {"create-dies", "create dies by a signal before it does anything", "create", nullptr,
     DieBefore},
    {"create-dies-afterwards", "create does its work and then dies by a signal", "create", nullptr,
     DieAfterwards},
    {"create-fails", "create refuses everything", "create", nullptr, AlwaysFail},
    {"create-fails-afterwards", "create makes the container and reports a failure", "create",
     nullptr, FailAfterwards},
    {"create-floods", "create prints 64 MiB on standard error", "create", nullptr, Flood},
    {"create-hangs", "create never ends", "create", nullptr, Hang, true},
    {"create-leaves-process", "create leaves a process behind that holds its streams", "create",
     nullptr, LeaveProcess, false, "oci-runtime/lifecycle/*/processes */runs/leaks*"},
    {"create-never-fails", "create reports success whatever happened", "create", nullptr, NeverFail,
     false,
     "*refused* oci-runtime/lifecycle/create/failure-leaves-nothing/* oci-runtime/hooks/failure/* "
     "oci-runtime/features/* oci-runtime/configuration/* oci-runtime/features-linux/*"},
    {"create-obeys-annotation", "create makes a file that an annotation names", "create", nullptr,
     CreateAndObeyAnnotation, false, "oci-runtime/features/unsafe-annotations/*"},
    {"create-quiet", "create and start keep their warnings to themselves", "create start", nullptr,
     CallQuietly, false, "oci-runtime/capabilities/ungrantable/*"},
    {"create-starts", "create runs the user's program at once", "create start", nullptr,
     CreateAndStart, false,
     "oci-runtime/lifecycle/create/* oci-runtime/lifecycle/start/* "
     "oci-runtime/lifecycle/kill/created oci-runtime/lifecycle/delete/created-refused "
     "oci-runtime/hooks/* oci-runtime/state/status/* oci-runtime/features-linux/namespaces/* "
     "oci-runtime/lifecycle/same-container oci-runtime/scheduler/*/default"},
    {"create-without-pid-file", "create writes no pid file", "create run", nullptr,
     CreateWithoutPidFile},
    {"create-wrong-pid-file", "create writes another process into the pid file", "create", nullptr,
     CreateWithWrongPidFile},
    {"delete-any-status", "delete ends and deletes a container that is not stopped", "delete",
     nullptr, ForceDelete, false,
     "oci-runtime/lifecycle/delete/*-refused oci-runtime/lifecycle/delete/without-id-refused"},
    {"delete-does-nothing", "delete reports success and deletes nothing", "delete", nullptr,
     DeleteAndLeaveState, false,
     "oci-runtime/lifecycle/delete/* oci-runtime/hooks/poststop/* oci-runtime/state/deleted/* "
     "*/runs/leaks* oci-runtime/hooks/failure/poststop* "
     "oci-runtime/lifecycle/same-container"},
    {"delete-fails", "delete refuses everything", "delete", nullptr, AlwaysFail},
    {"delete-hangs", "delete never ends", "delete", nullptr, Hang, true},
    {"delete-leaves-process", "delete leaves a process behind", "delete", nullptr,
     DeleteAndKeepProcess, false,
     "oci-runtime/lifecycle/delete/leaves-nothing/processes */runs/leaks*"},
    {"delete-never-fails", "delete reports success whatever happened", "delete", nullptr, NeverFail,
     false, "oci-runtime/lifecycle/delete/*-refused */runs/leaks*"},
    {"exec-does-nothing", "exec reports success and runs nothing", "exec", nullptr, DoNothing,
     false, "loadline/exec/* oci-runtime/placement/exec-cpu-affinity/* */by-exec"},
    {"features-deny", "features says no to whatever it can say no to", "features", nullptr,
     FeaturesDeny, false, "oci-runtime/features-linux/*-told*"},
    {"features-depend-on-caller", "features says less to who is not root", "features", nullptr,
     FeaturesDependOnCaller, false, "oci-runtime/features/structure/fixed-when-built"},
    {"features-fail", "features refuses to answer", "features", nullptr, AlwaysFail, false,
     "oci-runtime/features/structure/provided oci-runtime/features/* oci-runtime/features-linux/*"},
    {"kill-does-nothing", "kill reports success and sends nothing", "kill", nullptr, DoNothing,
     true, "oci-runtime/lifecycle/kill/*"},
    {"kill-never-fails", "kill reports success whatever happened", "kill", nullptr, NeverFail,
     false, "oci-runtime/lifecycle/kill/*-refused"},
    {"kill-sends-kill", "kill sends SIGKILL whatever it was asked to send", "kill", nullptr,
     KillWithKill, false, "oci-runtime/lifecycle/kill/running/*"},
    {"pause-does-nothing", "pause reports success and stops nothing", "pause", nullptr, DoNothing,
     false, "loadline/pause/* loadline/resume/* loadline/exec/paused-refused"},
    {"resume-does-nothing", "resume reports success and resumes nothing", "resume", nullptr,
     DoNothing, false, "loadline/pause/* loadline/resume/* loadline/exec/paused-refused"},
    {"start-does-nothing", "start reports success and starts nothing", "start", nullptr, DoNothing,
     true},
    {"start-fails-afterwards", "start starts the program and reports a failure", "start", nullptr,
     FailAfterwards},
    {"start-hangs", "start never ends", "start", nullptr, Hang, true},
    {"start-never-fails", "start reports success whatever happened", "start", nullptr, NeverFail,
     false,
     "oci-runtime/lifecycle/start/*-refused oci-runtime/hooks/failure/* "
     "oci-runtime/hooks/timeout/* oci-runtime/scheduler/*/default"},
    {"state-fails", "state refuses everything", "state", nullptr, AlwaysFail},
    {"state-is-no-json", "state prints a sentence, for containers that there are not as well",
     "state", nullptr, StateIsNoJson},
    {"state-never-fails", "state reports success for containers that there are not", "state",
     nullptr, NeverFail, false,
     "oci-runtime/state/* oci-runtime/runs/state-documents oci-runtime/lifecycle/* "
     "oci-runtime/hooks/failure/*"},
    {"state-other-bundle", "state names another bundle", "state", nullptr, StateSaysOtherBundle,
     false, "oci-runtime/state/bundle oci-runtime/lifecycle/create/new-container"},
    {"state-other-id", "state names another container", "state", nullptr, StateSaysOtherId, false,
     "oci-runtime/state/id oci-runtime/lifecycle/create/new-container "
     "oci-runtime/lifecycle/operations/all oci-runtime/lifecycle/two-containers/apart "
     "oci-runtime/lifecycle/same-container"},
    {"state-other-pid", "state names another process", "state", nullptr, StateSaysOtherPid, false,
     "oci-runtime/state/pid/* oci-runtime/lifecycle/create/taken-id-refused "
     "oci-runtime/lifecycle/start/running-refused"},
    {"state-running", "state calls every container running", "state", nullptr, StateSaysRunning,
     false,
     "oci-runtime/state/status/* oci-runtime/lifecycle/* oci-runtime/runs/state-documents "
     "oci-runtime/features-linux/namespaces/*"},
    {"state-stopped", "state calls every container stopped", "state", nullptr, StateSaysStopped,
     false,
     "oci-runtime/state/status/* oci-runtime/lifecycle/* oci-runtime/features-linux/namespaces/* "
     "oci-runtime/features/specification-version/*"},
    {"state-unknown-status", "state gives a status that the standard does not know", "state",
     nullptr, StateSaysUnknownStatus, false,
     "oci-runtime/state/status/* oci-runtime/lifecycle/* oci-runtime/features-linux/namespaces/* "
     "oci-runtime/features/specification-version/*"},
    {"state-without-annotations", "state conceals the annotations", "state", nullptr,
     StateWithoutAnnotations, false,
     "oci-runtime/state/annotations oci-runtime/configuration/annotations"},
    {"state-without-pid", "state conceals the process", "state", nullptr, StateWithoutPid, false,
     "oci-runtime/state/pid/* oci-runtime/lifecycle/* oci-runtime/runs/state-documents"},
    {"state-without-version", "state conceals the version of the standard", "state", nullptr,
     StateWithoutVersion, false, "oci-runtime/state/oci-version oci-runtime/runs/state-documents"},
    {"update-does-nothing", "update reports success and changes nothing", "update", nullptr,
     DoNothing, false, "loadline/update/* oci-runtime/resources/memory/check-before-update"},

    {"annotation-obeyed", "an annotation moves the container into another cgroup", "create run",
     ObeyAnnotation, nullptr, false, "oci-runtime/features/unsafe-annotations/*"},
    {"argument-added", "the program gets one argument too many", "create run", AddArgument, nullptr,
     false, "oci-runtime/process/args/*"},
    {"affinity-kept", "exec keeps its initial processors where final is absent", "exec",
     KeepInitialProcessors, nullptr, false, "oci-runtime/placement/exec-cpu-affinity/*"},
    {"capability-added", "the program gets a capability that nobody gave", "create run",
     AddCapability, nullptr, false,
     "oci-runtime/capabilities/* oci-runtime/features-linux/capabilities/*"},
    {"environment-added", "the program gets a variable that nobody gave", "create run",
     AddEnvironment, nullptr, false, "oci-runtime/process/env/*"},
    {"environment-reversed", "the variables are set in the opposite order", "create run",
     ReverseEnvironment, nullptr, false, "oci-runtime/process/env/*"},
    {"group-added", "the program gets a group that nobody gave", "create run", AddGroup, nullptr,
     false, "oci-runtime/user/additional-gids/* oci-runtime/user-namespace/*"},
    {"groups-given-away", "the container's user owns its control groups, whatever was asked for",
     "create", nullptr, CreateAndGiveGroupsAway, false, "oci-runtime/cgroup-ownership/*"},
    {"hard-limit-is-soft", "each hard limit is as low as the soft one", "create run",
     HardLimitIsSoft, nullptr, false, "oci-runtime/rlimits/hard/*"},
    {"hooks-deaf", "hooks get no state", "create run", DeafHooks, nullptr, false,
     "oci-runtime/hooks/* oci-runtime/state/status/creating"},
    {"hooks-late", "createRuntime hooks run after the start", "create run", LateHooks, nullptr,
     false, "oci-runtime/hooks/* oci-runtime/state/status/creating"},
    {"hooks-never-fail", "the failure of a hook is ignored", "create run", HooksNeverFail, nullptr,
     false, "oci-runtime/hooks/*"},
    {"hooks-repeated", "each hook runs twice", "create run", RepeatHooks, nullptr, false,
     "oci-runtime/hooks/*"},
    {"hooks-reversed", "hooks run in the opposite order", "create run", ReverseHooks, nullptr,
     false, "oci-runtime/hooks/listed-order/* oci-runtime/hooks/failure/*"},
    {"hooks-outside", "createContainer hooks run in the runtime's namespaces", "create run",
     HooksSeeHost, nullptr, false, "oci-runtime/hooks/*"},
    {"memory-policy-local", "every memory policy is taken for MPOL_LOCAL", "create run", StayLocal,
     nullptr, false, "oci-runtime/*/memory-policy/*"},
    {"mount-added", "there is a mount that nobody asked for", "create run", AddMount, nullptr,
     false, "oci-runtime/mounts/*"},
    {"mounts-reversed", "mounts are made in the opposite order", "create run", ReverseMounts,
     nullptr, false,
     "oci-runtime/mounts/listed-order/* oci-runtime/mount-options/remount "
     "oci-runtime/cgroup-ownership/* oci-runtime/features/mount-options/remount*"},
    {"older-versions-refused", "a config.json of an older version is refused", "create run",
     RefuseOlderVersions, nullptr, false,
     "oci-runtime/configuration/older-version/* oci-runtime/features/specification-version/*"},
    {"unknown-properties-refused", "a property that nobody knows is an error", "create run",
     RefuseUnknownProperties, nullptr, false, "oci-runtime/configuration/unknown-property/*"},
    {"cgroups-path-needed", "a container without cgroupsPath is refused", "create run",
     NeedCgroupsPath, nullptr, false, "oci-runtime/cgroups-path/*"},
    {"hostname-invented", "a container without hostname gets one", "create run", InventHostname,
     nullptr, false, "oci-runtime/hostname/*"},
    {"namespace-invented", "a uts namespace is made that nobody asked for", "create run",
     InventNamespace, nullptr, false, "oci-runtime/namespaces/*"},
    {"oom-score-invented", "a process without oomScoreAdj gets one", "create run", InventOomScore,
     nullptr, false, "oci-runtime/process/oom-score-adj/*"},
    {"mount-invented", "something is mounted at /dev/mqueue in any case", "create run", InventMount,
     nullptr, false, "oci-runtime/mounts/none*"},
    {"root-protected", "a root filesystem is read-only unless it has to be writable", "create run",
     ProtectRoot, nullptr, false, "oci-runtime/root/writable/*"},
    {"contents-hidden", "something lies over a directory of the root filesystem", "create run",
     HideContents, nullptr, false,
     "oci-runtime/root/* oci-runtime/masked-paths/* oci-runtime/readonly-paths/* "
     "oci-runtime/mounts/destination-below*"},
    {"ptmx-hidden", "/dev/ptmx is masked", "create run", MaskPtmx, nullptr, false,
     "oci-runtime/default-devices/ptmx* oci-runtime/process/terminal/*"},
    {"oom-killer-kept-out", "memory limits take the OOM killer away", "create run",
     KeepOomKillerOut, nullptr, false, "oci-runtime/resources/memory/*"},
    {"descriptors-kept", "the program keeps what the caller left open", "create run", nullptr,
     KeepDescriptors, false, "oci-runtime/process/file-descriptors/*"},
    {"scheduler-invented", "what the scheduler leaves out gets a value instead of 0", "create run",
     InventScheduler, nullptr, false, "oci-runtime/scheduler/* oci-runtime/process/scheduler/*"},
    {"umask-set", "a container without umask gets the usual one", "create run", SetUmask, nullptr,
     false, "oci-runtime/user/umask/*"},
    {"system-calls-allowed", "the filter lets every system call through", "create run",
     AllowAllSystemCalls, nullptr, false,
     "oci-runtime/seccomp/* loadline/exec/privileges oci-runtime/features-linux/seccomp/*"},
    {"cgroup-left", "delete leaves the control groups", "delete", nullptr, DeleteAndKeepCgroups,
     false, "oci-runtime/lifecycle/delete/leaves-nothing/cgroups */runs/leaks*"},
    {"created-is-running", "state calls a created container running", "state", nullptr,
     StateIsEarly, false,
     "oci-runtime/state/status/* oci-runtime/lifecycle/* oci-runtime/runs/* "
     "oci-runtime/features-linux/namespaces/*"},
    {"exec-as-root", "exec runs everything as root", "exec", RunAsRoot, nullptr, false,
     "loadline/exec/* oci-runtime/user/*/by-exec oci-runtime/user-namespace/*/by-exec "
     "oci-runtime/capabilities/*/by-exec oci-runtime/cgroup-ownership/*/by-exec "
     "loadline/process/home/by-exec"},
    {"id-taken-over", "create replaces a container that has the id", "create", nullptr,
     ReplaceOnCreate, false, "oci-runtime/lifecycle/create/taken-id-refused"},
    {"kill-sends-term", "kill sends SIGTERM whatever it was asked to send", "kill", nullptr,
     KillWithTerm, false, "oci-runtime/lifecycle/kill/* oci-runtime/lifecycle/same-container"},
    {"argument-lost", "the last argument is lost", "create run", LoseArgument, nullptr, false,
     "oci-runtime/process/args/* oci-runtime/lifecycle/start/runs-program "
     "oci-runtime/lifecycle/same-container"},
    {"capabilities-all", "the program gets every capability", "create run", AllCapabilities,
     nullptr, false, "oci-runtime/capabilities/* oci-runtime/features-linux/capabilities/*"},
    {"device-modes-open", "everybody may read and write each device node", "create run",
     OpenDeviceModes, nullptr, false, "oci-runtime/devices/*"},
    {"entries-forgotten", "the filter has its first entry alone", "create run", FirstEntryAlone,
     nullptr, false, "oci-runtime/seccomp/* oci-runtime/features-linux/seccomp/*"},
    {"groups-cut", "the program gets the first of its groups alone", "create run", FirstGroupAlone,
     nullptr, false, "oci-runtime/user/additional-gids/*"},
    {"hook-environment-added", "hooks get a variable that nobody gave", "create run",
     AddHookEnvironment, nullptr, false, "oci-runtime/hooks/env*"},
    {"hook-forgotten", "the last hook of each list is not run", "create run", ForgetLastHook,
     nullptr, false,
     "oci-runtime/hooks/* oci-runtime/features/hooks/* oci-runtime/state/status/creating"},
    {"binds-shallow", "what lies below a bound directory is not bound", "create run", BindAlone,
     nullptr, false, "oci-runtime/mounts/* oci-runtime/mount-options/*"},
    {"names-shared", "the container shares the names of the host and sets none", "create run",
     ShareNames, nullptr, false,
     "oci-runtime/namespaces/* oci-runtime/hostname/* oci-runtime/domainname/* oci-runtime/root/* "
     "oci-runtime/sysctl/* oci-runtime/features-linux/namespaces/*"},
    {"users-shared", "the container gets no user namespace", "create run", ShareUsers, nullptr,
     false,
     "oci-runtime/user-namespace/* oci-runtime/namespaces/* loadline/exec/user-namespace "
     "oci-runtime/features-linux/namespaces/*"},
    {"mask-is-read-only", "what is to be hidden can be read", "create run", MasksAreReadOnly,
     nullptr, false, "oci-runtime/masked-paths/*"},
    {"binds-forgotten", "nothing is bound", "create run", ForgetBinds, nullptr, false,
     "oci-runtime/mounts/* oci-runtime/mount-options/* oci-runtime/allowed-devices/* "
     "oci-runtime/features* oci-runtime/lifecycle/create/*"},
    {"options-reversed", "the options of a mount are applied in the opposite order", "create run",
     ReverseOptions, nullptr, false, "oci-runtime/mount-options/*"},
    {"read-only-is-mask", "what is to be read-only is hidden", "create run", ReadOnlyIsMask,
     nullptr, false, "oci-runtime/readonly-paths/* oci-runtime/sysctl/before-paths-are-read-only*"},
    {"soft-limit-is-hard", "each soft limit is as high as the hard one", "create run",
     SoftLimitIsHard, nullptr, false, "oci-runtime/rlimits/soft/*"},
};

}  // namespace

bool Mutation::Spoils(std::string_view verb) const {
  return !verb.empty() &&
         (" " + std::string(verbs) + " ").find(" " + std::string(verb) + " ") != std::string::npos;
}

std::span<const Mutation> CaseMutations() { return kMutations; }

std::span<const Mutation> Mutations() {
  static const std::vector<Mutation> all = [] {
    std::vector<Mutation> mutations(std::begin(kMutations), std::end(kMutations));
    const auto more = BatteryMutations();
    mutations.insert(mutations.end(), more.begin(), more.end());
    return mutations;
  }();
  return all;
}

const Mutation* FindMutation(std::string_view name) {
  const auto all = Mutations();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const Mutation& row) { return name == row.name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace loadline::mutants
