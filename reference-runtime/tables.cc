// SPDX-License-Identifier: Apache-2.0
// The tables of stages: what create, start, exec and delete do, line by line.
#include <sched.h>

#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

constexpr Side kParent = Side::kParent;
constexpr Side kChild = Side::kChild;

bool MakesUserNamespace(const Context& context) {
  return context.config.linux_spec.Makes(CLONE_NEWUSER);
}
bool HasRlimits(const Context& context) {
  return context.config.process && !context.config.process->rlimits.empty();
}
bool HasOomScore(const Context& context) {
  return context.config.process && context.config.process->oom_score_adj;
}
bool HasDevices(const Context& context) { return !context.config.linux_spec.devices.empty(); }
bool HasResctrl(const Context& context) { return !context.container.rdt.group.empty(); }
bool HasNetDevices(const Context& context) {
  return !context.config.linux_spec.net_devices.empty();
}
bool HasPrestartHooks(const Context& context) { return !context.config.hooks.prestart.empty(); }
bool HasCreateRuntimeHooks(const Context& context) {
  return !context.config.hooks.create_runtime.empty();
}
bool HasPidfdSocket(const Context& context) { return !context.pidfd_socket.empty(); }

constexpr Stage kPrepare[] = {
    {"state-directory", kParent, MakeStateDirectory, "oci-runtime/runtime/create/unique-id"},
    {"start-socket", kParent, ListenForStart, "oci-runtime/runtime/start/runs-program"},
    {"console-connection", kParent, ConnectConsole, "oci-runtime/config/process/terminal"},
    {"granted-capabilities", kParent, LeaveOutCapabilities,
     "oci-runtime/config/process/capabilities"},
    {"seccomp", kParent, CompileSeccomp, "oci-runtime/config-linux/seccomp"},
    {"security-labels", kParent, CheckLabels, "oci-runtime/config/process/apparmor-profile"},
    {"mount-id-maps", kParent, MakeMountIdMaps, "oci-runtime/config/mounts/id-mappings"},
    {"cgroup-plan", kParent, PlanCgroups, "oci-runtime/config-linux/cgroups-path"},
    {"resctrl-plan", kParent, PlanResctrl, "oci-runtime/config-linux/intel-rdt"},
    {"save-plan", kParent, SavePlan, "oci-runtime/runtime/state"},
    {"cgroups", kParent, CreateCgroups, "oci-runtime/config-linux/cgroups-path"},
    {"cgroup-limits", kParent, LimitCgroups, "oci-runtime/config-linux/memory"},
    {"cgroup-membership", kParent, OpenCgroup, "oci-runtime/config-linux/cgroups-path"},
    {"resctrl", kParent, PrepareResctrl,
     "oci-runtime/config-linux/intel-rdt/container-id-directory"},
};

constexpr Stage kPrepareRestore[] = {
    {"state-directory", kParent, MakeStateDirectory, "oci-runtime/runtime/create/unique-id"},
    {"cgroup-plan", kParent, PlanCgroups, "oci-runtime/config-linux/cgroups-path"},
    {"save-plan", kParent, SavePlan, "oci-runtime/runtime/state"},
    {"cgroups", kParent, CreateCgroups, "oci-runtime/config-linux/cgroups-path"},
    {"cgroup-limits", kParent, LimitCgroups, "oci-runtime/config-linux/memory"},
};

constexpr Stage kCreate[] = {
    {"id-maps", kParent, MapIds, "oci-runtime/config-linux/user-namespace-mappings",
     MakesUserNamespace},
    {"cgroup-membership", kParent, JoinCgroups, "oci-runtime/config-linux/cgroups-path",
     HasToBeMoved},
    {"cgroup-ownership", kParent, GiveCgroupAway,
     "oci-runtime/config-linux/cgroup-ownership/changed-when-mounted-writable", MayOwnCgroup},
    {"rlimits", kParent, LiftRlimits, "oci-runtime/config/process/rlimits", HasRlimits},
    {"oom-score", kParent, SetOomScore, "oci-runtime/config/process/oom-score-adj", HasOomScore},
    {"resctrl-membership", kParent, JoinResctrl,
     "oci-runtime/config-linux/intel-rdt/process-in-directory", HasResctrl},
    {"network-devices", kParent, MoveNetDevices, "oci-runtime/config-linux/net-devices",
     HasNetDevices},
    {"cgroup-membership", kChild, JoinCgroupsInChild, "oci-runtime/config-linux/cgroups-path"},
    {"root-id", kChild, BecomeRootInChild, "oci-runtime/config-linux/user-namespace-mappings"},
    {"cgroup-ownership", kChild, TakeCgroupInChild,
     "oci-runtime/config-linux/cgroup-ownership/changed-when-mounted-writable"},
    {"dies-with-caller", kChild, DieWithCallerInChild, "oci-runtime/runtime/create"},
    {"time-namespace", kChild, EnterTimeNamespaceInChild, "oci-runtime/config-linux/time-offsets"},
    {"session-keyring", kChild, JoinSessionKeyringInChild,
     "loadline/runtime/create/session-keyring"},
    {"cgroup-namespace", kChild, NewCgroupNamespaceInChild, "oci-runtime/config-linux/namespaces"},
    {"loopback", kChild, RaiseLoopbackInChild, "loadline/runtime/network/loopback-up"},
    {"hostname", kChild, SetHostnameInChild, "oci-runtime/config/hostname"},
    {"domainname", kChild, SetDomainnameInChild, "oci-runtime/config/domainname"},
    {"mount-isolation", kChild, IsolateMountsInChild,
     "oci-runtime/config-linux/rootfs-propagation"},
    {"root", kChild, PrepareRootInChild, "oci-runtime/config/root/path"},
    {"mounts", kChild, MountInChild, "oci-runtime/config/mounts"},
    {"default-devices", kChild, MakeDefaultDevicesInChild,
     "oci-runtime/config-linux/default-devices"},
    {"devices", kChild, MakeDevicesInChild, "oci-runtime/config-linux/devices", HasDevices},
    {"default-links", kChild, MakeDefaultLinksInChild,
     "oci-runtime/runtime-linux/dev-symbolic-links"},
    {"sysctls", kChild, SetSysctlsInChild, "oci-runtime/config-linux/sysctl"},
    {"prestart-hooks", kParent, RunPrestartHooks, "oci-runtime/config/hooks/prestart",
     HasPrestartHooks},
    {"create-runtime-hooks", kParent, RunCreateRuntimeHooks,
     "oci-runtime/config/hooks/create-runtime", HasCreateRuntimeHooks},
    {"create-container-hooks", kChild, RunCreateContainerHooksInChild,
     "oci-runtime/config/hooks/create-container"},
    {"move-root", kChild, MoveRootInChild, "oci-runtime/config/root/path"},
    {"pivot-root", kChild, PivotRootInChild, "oci-runtime/config/root/path"},
    {"terminal", kChild, OpenTerminalInChild, "oci-runtime/config/process/terminal"},
    {"console", kChild, BindConsoleInChild, "oci-runtime/config-linux/default-devices"},
    {"root-propagation", kChild, PropagateRootInChild,
     "oci-runtime/config-linux/rootfs-propagation"},
    {"readonly-paths", kChild, ProtectPathsInChild, "oci-runtime/config-linux/readonly-paths"},
    {"masked-paths", kChild, MaskPathsInChild, "oci-runtime/config-linux/masked-paths"},
    {"working-directory", kChild, MakeDirectoryInChild, "oci-runtime/config/process/cwd"},
    {"readonly-root", kChild, ProtectRootInChild, "oci-runtime/config/root/readonly"},
    {"program", kChild, FindProgramInChild, "oci-runtime/config/process/args"},
    {"terminal", kChild, OwnTerminalInChild, "oci-runtime/config/process/terminal"},
    {"outlives-caller", kChild, OutliveCallerInChild, "oci-runtime/runtime/create"},
    {"pidfd-socket", kParent, SendPidfd, "loadline/runtime/create/pidfd-socket", HasPidfdSocket},
    {"save-created", kParent, SaveCreated, "oci-runtime/runtime/state"},
};

constexpr Stage kStart[] = {
    {"start-container-hooks", kChild, RunStartContainerHooksInChild,
     "oci-runtime/config/hooks/start-container"},
};

constexpr Stage kExecute[] = {
    {"home", kChild, SetHomeInChild, "loadline/runtime/process/home"},
    {"rlimits", kChild, SetRlimitsInChild, "oci-runtime/config/process/rlimits"},
    {"io-priority", kChild, SetIoPriorityInChild, "oci-runtime/config/process/io-priority"},
    {"scheduler", kChild, SetSchedulerInChild, "oci-runtime/config/process/scheduler"},
    {"memory-policy", kChild, SetMemoryPolicyInChild, "oci-runtime/config-linux/memory-policy"},
    {"personality", kChild, SetPersonalityInChild, "oci-runtime/config-linux/personality"},
    {"selinux-label", kChild, SetSelinuxLabelInChild, "oci-runtime/config/process/selinux-label"},
    {"apparmor-profile", kChild, SetAppArmorProfileInChild,
     "oci-runtime/config/process/apparmor-profile"},
    {"seccomp", kChild, FilterSystemCallsEarlyInChild, "oci-runtime/config-linux/seccomp"},
    {"bounding-set", kChild, BoundCapabilitiesInChild, "oci-runtime/config/process/capabilities"},
    {"user", kChild, ChangeUserInChild, "oci-runtime/config/process/user"},
    {"working-directory", kChild, ChangeDirectoryInChild, "oci-runtime/config/process/cwd"},
    {"capabilities", kChild, SetCapabilitiesInChild, "oci-runtime/config/process/capabilities"},
    {"no-new-privileges", kChild, RenounceNewPrivilegesInChild,
     "oci-runtime/config/process/no-new-privileges"},
    {"seccomp", kChild, FilterSystemCallsInChild, "oci-runtime/config-linux/seccomp"},
    {"execute", kChild, ExecuteInChild, "oci-runtime/runtime/start/runs-program"},
};

constexpr Stage kStarting[] = {
    {"prestart-hooks", kParent, RunLatePrestartHooks, "oci-runtime/config/hooks/prestart"},
};

constexpr Stage kStarted[] = {
    {"save-running", kParent, SaveRunning, "oci-runtime/runtime/state"},
    {"poststart-hooks", kParent, RunPoststartHooks, "oci-runtime/config/hooks/poststart"},
};

constexpr Stage kPrepareExec[] = {
    {"console-connection", kParent, ConnectConsole, "oci-runtime/config/process/terminal"},
    {"granted-capabilities", kParent, LeaveOutCapabilities,
     "oci-runtime/config/process/capabilities"},
    {"seccomp", kParent, CompileSeccomp, "oci-runtime/config-linux/seccomp"},
    {"security-labels", kParent, CheckLabels, "oci-runtime/config/process/apparmor-profile"},
    {"cgroup-membership", kParent, OpenExecCgroup, "loadline/runtime/exec/joins-container"},
    {"initial-affinity", kParent, SetInitialAffinity,
     "oci-runtime/config/process/exec-cpu-affinity/initial"},
};

constexpr Stage kJoin[] = {
    {"cgroup-membership", kParent, JoinExecCgroups, "loadline/runtime/exec/joins-container",
     HasToBeMoved},
    {"resctrl-membership", kParent, JoinResctrl,
     "oci-runtime/config-linux/intel-rdt/process-in-directory", HasResctrl},
    {"rlimits", kParent, LiftRlimits, "oci-runtime/config/process/rlimits", HasRlimits},
    {"oom-score", kParent, SetOomScore, "oci-runtime/config/process/oom-score-adj", HasOomScore},
    {"cgroup-membership", kChild, JoinCgroupsInChild, "loadline/runtime/exec/joins-container"},
    {"final-affinity", kChild, SetFinalAffinityInChild,
     "oci-runtime/config/process/exec-cpu-affinity/final"},
    {"root-id", kChild, BecomeRootInChild, "oci-runtime/config-linux/user-namespace-mappings"},
    {"session-keyring", kChild, JoinSessionKeyringInChild,
     "loadline/runtime/create/session-keyring"},
    {"cgroup-namespace", kChild, JoinCgroupNamespaceInChild, "oci-runtime/config-linux/namespaces"},
    {"terminal", kChild, OpenTerminalInChild, "oci-runtime/config/process/terminal"},
    {"program", kChild, FindProgramInChild, "oci-runtime/config/process/args"},
    {"terminal", kChild, OwnTerminalInChild, "oci-runtime/config/process/terminal"},
    {"pidfd-socket", kParent, SendPidfd, "loadline/runtime/create/pidfd-socket", HasPidfdSocket},
};

constexpr Stage kDelete[] = {
    {"remove-cgroups", kParent, RemoveCgroups, "oci-runtime/runtime/delete"},
    {"remove-resctrl", kParent, RemoveResctrl,
     "oci-runtime/config-linux/intel-rdt/own-directory-removed"},
    {"remove-state", kParent, RemoveState, "oci-runtime/runtime/delete"},
    {"poststop-hooks", kParent, RunPoststopHooks, "oci-runtime/config/hooks/poststop"},
};

}  // namespace

std::span<const Stage> PrepareStages() { return kPrepare; }
std::span<const Stage> PrepareRestoreStages() { return kPrepareRestore; }
std::span<const Stage> CreateStages() { return kCreate; }
std::span<const Stage> StartStages() { return kStart; }
std::span<const Stage> ExecuteStages() { return kExecute; }
std::span<const Stage> PrepareExecStages() { return kPrepareExec; }
std::span<const Stage> JoinStages() { return kJoin; }
std::span<const Stage> StartingStages() { return kStarting; }
std::span<const Stage> StartedStages() { return kStarted; }
std::span<const Stage> DeleteStages() { return kDelete; }

std::vector<Table> AllTables() {
  return {{"prepare", kPrepare}, {"prepare restore", kPrepareRestore},
          {"create", kCreate},   {"starting", kStarting},
          {"start", kStart},     {"execute", kExecute},
          {"started", kStarted}, {"prepare exec", kPrepareExec},
          {"join", kJoin},       {"delete", kDelete}};
}

}  // namespace loadline::runtime
