// SPDX-License-Identifier: Apache-2.0
// The functions behind the tables. What ends in InChild runs in the container's process.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reference-runtime/mount_options.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {

// cgroups.cc
Result<void> PlanCgroups(Context& context);
Result<void> CreateCgroups(Context& context);
Result<void> LimitCgroups(Context& context);
Result<void> OpenCgroup(Context& context);
bool HasToBeMoved(const Context& context);  // by another than itself
Result<void> JoinCgroups(Context& context);
Result<void> JoinCgroupsInChild(Context& context);
// Opens what a process needs to get into the group of that hierarchy.
Result<void> OpenGroup(Context& context, const Hierarchy& hierarchy, const std::string& path);
Result<void> RemoveCgroups(Context& context);
Result<void> NewCgroupNamespaceInChild(Context& context);
Result<void> JoinCgroupNamespaceInChild(Context& context);
// linux.resources as the version means them that the configuration declares.
nlohmann::json AsDeclared(const Config& config, nlohmann::json resources);
// The same for resources that change those of a container.
nlohmann::json AsChange(const Config& config, nlohmann::json resources);

// exec_cgroups.cc
Result<void> OpenExecCgroup(Context& context);
Result<void> JoinExecCgroups(Context& context);

// cgroup_ownership.cc
bool MayOwnCgroup(const Context& context);
Result<void> GiveCgroupAway(Context& context);
Result<void> TakeCgroupInChild(Context& context);

// identity.cc
Result<void> MapIds(Context& context);
Result<void> BecomeRootInChild(Context& context);
Result<void> EnterTimeNamespaceInChild(Context& context);

// caller.cc
Result<void> DieWithCallerInChild(Context& context);
Result<void> OutliveCallerInChild(Context& context);

// names.cc
Result<void> SetHostnameInChild(Context& context);
Result<void> SetDomainnameInChild(Context& context);
Result<void> SetSysctlsInChild(Context& context);
Result<void> RaiseLoopbackInChild(Context& context);

// net_devices.cc
Result<void> MoveNetDevices(Context& context);

// resctrl.cc
Result<void> PlanResctrl(Context& context);
Result<void> PrepareResctrl(Context& context);
Result<void> JoinResctrl(Context& context);
Result<void> RemoveResctrl(Context& context);

// root_filesystem.cc
Result<void> IsolateMountsInChild(Context& context);
Result<void> PrepareRootInChild(Context& context);
Result<void> PivotRootInChild(Context& context);
Result<void> PropagateRootInChild(Context& context);
Result<void> ProtectRootInChild(Context& context);

// move_root.cc
Result<void> MoveRootInChild(Context& context);

// id_mapped_mounts.cc
Result<void> MakeMountIdMaps(Context& context);

// mounts.cc
Result<void> MountInChild(Context& context);
// A directory below the container's root, made when it is missing. A link of the image in its place
// is an error.
Result<UniqueFd> OpenPlainDirectory(int root, const std::string& destination);
// A detached copy of what a bind mount shows.
Result<UniqueFd> CloneSource(const Context& context, const MountSpec& mount,
                             const MountRequest& request);

// devices.cc
Result<void> MakeDefaultDevicesInChild(Context& context);
Result<void> MakeDefaultLinksInChild(Context& context);
Result<void> MakeDevicesInChild(Context& context);

// paths.cc
Result<void> MaskPathsInChild(Context& context);
Result<void> ProtectPathsInChild(Context& context);

// hooks.cc
Result<void> RunPrestartHooks(Context& context);
Result<void> RunLatePrestartHooks(Context& context);
Result<void> RunCreateRuntimeHooks(Context& context);
Result<void> RunCreateContainerHooksInChild(Context& context);
Result<void> RunStartContainerHooksInChild(Context& context);
Result<void> RunPoststartHooks(Context& context);
Result<void> RunPoststopHooks(Context& context);

// terminal.cc
Result<void> OpenTerminalInChild(Context& context);
Result<void> BindConsoleInChild(Context& context);
Result<void> OwnTerminalInChild(Context& context);

// limits.cc
Result<void> LiftRlimits(Context& context);
Result<void> SetRlimitsInChild(Context& context);
Result<void> SetOomScore(Context& context);
Result<void> SetIoPriorityInChild(Context& context);
Result<void> SetSchedulerInChild(Context& context);

// home.cc
Result<void> SetHomeInChild(Context& context);

// session_keyring.cc
// A name that nobody else can foresee.
Result<std::string> NewKeyringName(const std::string& id);
Result<void> JoinSessionKeyringInChild(Context& context);

// process_handle.cc
Result<void> SendPidfd(Context& context);

// placement.cc
Result<void> SetInitialAffinity(Context& context);
Result<void> SetFinalAffinityInChild(Context& context);
Result<void> SetMemoryPolicyInChild(Context& context);

// labels.cc
Result<void> CheckLabels(Context& context);
// An attribute of this thread, to be written, in the procfs that the root has at /proc.
Result<UniqueFd> OpenOwnAttribute(int root, const std::string& name);
Result<void> SetAppArmorProfileInChild(Context& context);
Result<void> SetSelinuxLabelInChild(Context& context);

// process.cc
Result<void> FindProgramInChild(Context& context);
Result<void> SetPersonalityInChild(Context& context);
Result<void> MakeDirectoryInChild(Context& context);
Result<void> ChangeDirectoryInChild(Context& context);
Result<void> ExecuteInChild(Context& context);

// privileges.cc
Result<void> LeaveOutCapabilities(Context& context);
Result<void> BoundCapabilitiesInChild(Context& context);
Result<void> ChangeUserInChild(Context& context);
Result<void> SetCapabilitiesInChild(Context& context);
Result<void> RenounceNewPrivilegesInChild(Context& context);
Result<void> FilterSystemCallsEarlyInChild(Context& context);
Result<void> FilterSystemCallsInChild(Context& context);

// preparations.cc
Result<void> ConnectConsole(Context& context);
Result<void> CompileSeccomp(Context& context);

// state.cc
Result<void> MakeStateDirectory(Context& context);
Result<void> SavePlan(Context& context);
Result<void> ListenForStart(Context& context);
Result<void> SaveCreated(Context& context);
Result<void> SaveRunning(Context& context);
Result<void> RemoveState(Context& context);

}  // namespace loadline::runtime
