// SPDX-License-Identifier: Apache-2.0
// What a mutant does instead of, or around, a call of the runtime. The table that names these is
// mutations.cc.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "conformance/mutants/runtime_call.h"

namespace loadline::mutants {

// Answers of the runtime.
Result<ExitStatus> DoNothing(const RuntimeCall& call);       // and say that it went well
Result<ExitStatus> NeverFail(const RuntimeCall& call);       // whatever the runtime said
Result<ExitStatus> AlwaysFail(const RuntimeCall& call);      // without calling the runtime
Result<ExitStatus> FailAfterwards(const RuntimeCall& call);  // it did it, and says it did not
Result<ExitStatus> ForceDelete(const RuntimeCall& call);
Result<ExitStatus> DeleteAndLeaveState(const RuntimeCall& call);
Result<ExitStatus> DeleteAndKeepProcess(const RuntimeCall& call);
Result<ExitStatus> DeleteAndKeepCgroups(const RuntimeCall& call);
Result<ExitStatus> ReplaceOnCreate(const RuntimeCall& call);
Result<ExitStatus> KillWithKill(const RuntimeCall& call);
Result<ExitStatus> KillWithTerm(const RuntimeCall& call);
Result<ExitStatus> CreateAndStart(const RuntimeCall& call);
Result<ExitStatus> CreateWithWrongPidFile(const RuntimeCall& call);
Result<ExitStatus> CreateWithoutPidFile(const RuntimeCall& call);
Result<ExitStatus> CreateAndGiveGroupsAway(const RuntimeCall& call);  // in every hierarchy
Result<ExitStatus> CallQuietly(const RuntimeCall& call);              // nothing on standard error
Result<ExitStatus> CreateAndObeyAnnotation(const RuntimeCall& call);

// The runtime as a program.
Result<ExitStatus> Hang(const RuntimeCall& call);
Result<ExitStatus> Flood(const RuntimeCall& call);      // 64 MiB, then the call itself
Result<ExitStatus> DieBefore(const RuntimeCall& call);  // by a signal
Result<ExitStatus> DieAfterwards(const RuntimeCall& call);
Result<ExitStatus> LeaveProcess(const RuntimeCall& call);  // that holds our streams

// Answers of `state`: the runtime's own, changed.
Result<ExitStatus> StateSaysRunning(const RuntimeCall& call);
Result<ExitStatus> StateSaysStopped(const RuntimeCall& call);
Result<ExitStatus> StateIsEarly(const RuntimeCall& call);  // running as soon as it is created
Result<ExitStatus> StateSaysUnknownStatus(const RuntimeCall& call);
Result<ExitStatus> StateSaysOtherPid(const RuntimeCall& call);
Result<ExitStatus> StateSaysOtherBundle(const RuntimeCall& call);
Result<ExitStatus> StateSaysOtherId(const RuntimeCall& call);
Result<ExitStatus> StateWithoutVersion(const RuntimeCall& call);
Result<ExitStatus> StateWithoutPid(const RuntimeCall& call);
Result<ExitStatus> StateWithoutAnnotations(const RuntimeCall& call);
Result<ExitStatus> StateIsNoJson(const RuntimeCall& call);

// Answers of `features`.
Result<ExitStatus> FeaturesDeny(const RuntimeCall& call);            // whatever can be denied
Result<ExitStatus> FeaturesDependOnCaller(const RuntimeCall& call);  // on whether root asks

// Changes of config.json.
void ReverseHooks(nlohmann::json& config);
void RepeatHooks(nlohmann::json& config);
void DeafHooks(nlohmann::json& config);  // they get no state on their input
void HooksNeverFail(nlohmann::json& config);
void HooksSeeHost(nlohmann::json& config);  // createContainer runs as createRuntime
void LateHooks(nlohmann::json& config);     // createRuntime runs as poststart
void ObeyAnnotation(nlohmann::json& config);
void RefuseOlderVersions(nlohmann::json& config);
void RefuseUnknownProperties(nlohmann::json& config);
void NeedCgroupsPath(nlohmann::json& config);
void InventHostname(nlohmann::json& config);
void InventNamespace(nlohmann::json& config);
void InventOomScore(nlohmann::json& config);
void InventMount(nlohmann::json& config);
void ProtectRoot(nlohmann::json& config);
void HideContents(nlohmann::json& config);  // of a directory of the root filesystem
void MaskPtmx(nlohmann::json& config);
void KeepOomKillerOut(nlohmann::json& config);
void SetUmask(nlohmann::json& config);
void StayLocal(nlohmann::json& config);  // every memory policy is MPOL_LOCAL
void ReverseMounts(nlohmann::json& config);
void AddMount(nlohmann::json& config);
void AddEnvironment(nlohmann::json& config);
void AddArgument(nlohmann::json& config);
void AddCapability(nlohmann::json& config);
void AddGroup(nlohmann::json& config);
void ReverseEnvironment(nlohmann::json& config);
void HardLimitIsSoft(nlohmann::json& config);
void AllowAllSystemCalls(nlohmann::json& config);
void InventScheduler(nlohmann::json& config);  // values for what the scheduler leaves out
void KeepInitialProcessors(nlohmann::json& config);

// A part of what config.json says.
void LoseArgument(nlohmann::json& config);
void AllCapabilities(nlohmann::json& config);
void OpenDeviceModes(nlohmann::json& config);
void FirstEntryAlone(nlohmann::json& config);  // of the filter
void FirstGroupAlone(nlohmann::json& config);
void AddHookEnvironment(nlohmann::json& config);
void ForgetLastHook(nlohmann::json& config);
void ForgetBinds(nlohmann::json& config);
void BindAlone(nlohmann::json& config);
void ReverseOptions(nlohmann::json& config);
void ShareNames(nlohmann::json& config);  // of the host and its domain
void ShareUsers(nlohmann::json& config);
void MasksAreReadOnly(nlohmann::json& config);
void ReadOnlyIsMask(nlohmann::json& config);
void SoftLimitIsHard(nlohmann::json& config);
void RunAsRoot(nlohmann::json& config);

// After an error of the runtime's, or where one might have been, for the battery of faults.
Result<ExitStatus> KeepProcessOnError(const RuntimeCall& call);
Result<ExitStatus> KeepGroupsOnError(const RuntimeCall& call);
Result<ExitStatus> KeepStateOnError(const RuntimeCall& call);
Result<ExitStatus> ForgetStateOnError(const RuntimeCall& call);
Result<ExitStatus> KillContainerOnError(const RuntimeCall& call);
Result<ExitStatus> InventState(const RuntimeCall& call);            // of a container that is none
Result<ExitStatus> ForceDeleteKnownAlone(const RuntimeCall& call);  // what state tells of
Result<ExitStatus> EmptyGroupBefore(const RuntimeCall& call);       // whoever is in it
Result<ExitStatus> WaitUntilRunning(const RuntimeCall& call);       // even if it has ended

// For the batteries of recursion, timing and machine containers (misbehaviour_machine.cc).
Result<ExitStatus> RefuseInContainer(const RuntimeCall& call);
Result<ExitStatus> LeaveProcessInContainer(const RuntimeCall& call);
void RefuseWatchesInContainer(nlohmann::json& config);
Result<ExitStatus> HopeThatItIsDone(const RuntimeCall& call);  // after a short fixed time
Result<ExitStatus> LoseSignalsOfInit(const RuntimeCall& call);
void ForgetChildren(nlohmann::json& config);
void RefuseRoom(nlohmann::json& config);

// Changes of limits and of what isolates, for the batteries to notice.
Result<ExitStatus> KeepDescriptors(const RuntimeCall& call);
void AllowDeviceWrites(nlohmann::json& config);
void ChangeErrno(nlohmann::json& config);
void DoubleMemory(nlohmann::json& config);
void HalveMemory(nlohmann::json& config);
void ForgetMemory(nlohmann::json& config);
void AddProcess(nlohmann::json& config);
void AddProcessor(nlohmann::json& config);
void DoubleQuota(nlohmann::json& config);
void EqualShares(nlohmann::json& config);
void Throttle(nlohmann::json& config);
void ShareIpc(nlohmann::json& config);
void ForgetMask(nlohmann::json& config);
void ForgetReadOnly(nlohmann::json& config);

// Limits that are kept less than asked for (misbehaviour_control.cc).
Result<ExitStatus> UpdateAndResume(const RuntimeCall& call);
Result<ExitStatus> PauseBySignals(const RuntimeCall& call);  // and resume likewise
void DropBurst(nlohmann::json& config);
void DropIdle(nlohmann::json& config);
void DropPeriod(nlohmann::json& config);
void InventQuota(nlohmann::json& config);  // where there is a period alone
void DropRealtime(nlohmann::json& config);
void DropReservation(nlohmann::json& config);
void DoubleSwap(nlohmann::json& config);
void KeepOomKiller(nlohmann::json& config);
void ZeroProcessesAreMany(nlohmann::json& config);
void UnlimitedProcessesAreFew(nlohmann::json& config);
void ShareProcesses(nlohmann::json& config);  // of the caller's pid namespace
void TenfoldRates(nlohmann::json& config);
void HalveRates(nlohmann::json& config);
void DropRates(nlohmann::json& config);
void DropHugePages(nlohmann::json& config);
void DoubleRlimits(nlohmann::json& config);
void DropRlimits(nlohmann::json& config);
void Unlimit(nlohmann::json& config);  // whatever there can be less of
void UnlimitHugePages(nlohmann::json& config);
void UnlimitSwap(nlohmann::json& config);
void ForgetProcesses(nlohmann::json& config);
void ForgetProcessors(nlohmann::json& config);
void ForgetQuota(nlohmann::json& config);
void ForgetShares(nlohmann::json& config);

// Less isolation than asked for (misbehaviour_isolation.cc).
void EnterByDescriptor(nlohmann::json& config);
void DropSysctlsOfHost(nlohmann::json& config);
void SplitSysctls(nlohmann::json& config);
void InheritCapabilities(nlohmann::json& config);
void KeepPrivileges(nlohmann::json& config);
void WrapIds(nlohmann::json& config);
void OpenGroups(nlohmann::json& config);
void AllowAllDevices(nlohmann::json& config);
void AllowLast(nlohmann::json& config);
void CutMounts(nlohmann::json& config);
void CutVariables(nlohmann::json& config);
void ShareMounts(nlohmann::json& config);
void ProtectTopAlone(nlohmann::json& config);  // and nothing that is mounted below
void ShareTerminals(nlohmann::json& config);
void ShareNetwork(nlohmann::json& config);
void JoinNothing(nlohmann::json& config);  // namespaces with a path become new ones
void KeepEnvironment(nlohmann::json& config);

// Carelessness with names, and with what is shown (misbehaviour_escapes.cc).
Result<ExitStatus> CreateOverFakes(const RuntimeCall& call);  // without /proc and /sys of its own
Result<ExitStatus> CreateMountPointsByName(const RuntimeCall& call);
Result<ExitStatus> CreateDevicesByName(const RuntimeCall& call);
Result<ExitStatus> CreateAndSetSysctlsByName(const RuntimeCall& call);
Result<ExitStatus> CreateStateByName(const RuntimeCall& call);
Result<ExitStatus> CreateWithStandIn(const RuntimeCall& call);
Result<ExitStatus> CreateInSession(const RuntimeCall& call);  // of its caller's keyring

// What a fact of the posture has to notice (misbehaviour_posture.cc).
void ForgetSizes(nlohmann::json& config);
void NeverKeepTimes(nlohmann::json& config);
void ShareSharedMemory(nlohmann::json& config);
void NeverKill(nlohmann::json& config);      // for a filtered system call
void TakeHomeAlong(nlohmann::json& config);  // of the caller
void PretendToListen(nlohmann::json& config);
void LetEverybodyPing(nlohmann::json& config);
void OtherDomain(nlohmann::json& config);
void GroupFurtherDown(nlohmann::json& config);
void RawSockets(nlohmann::json& config);
void OpenUmask(nlohmann::json& config);

// What programs notice (misbehaviour_equivalence.cc).
void LackNewerCalls(nlohmann::json& config);
void RefuseSeals(nlohmann::json& config);
void SwallowLocks(nlohmann::json& config);  // they are told that they have the lock
void SwallowModes(nlohmann::json& config);
void RefuseShutdown(nlohmann::json& config);
void RefuseTimers(nlohmann::json& config);
void LackNamespaces(nlohmann::json& config);
void RefuseFilters(nlohmann::json& config);
void RefuseWatches(nlohmann::json& config);
void RefuseTerminals(nlohmann::json& config);
void ShortenQueues(nlohmann::json& config);
void RefuseMounts(nlohmann::json& config);
void TakeAnyHostName(nlohmann::json& config);
void OpenPorts(nlohmann::json& config);  // the low ones, to everybody
void QueueNoSignals(nlohmann::json& config);
void ShortenStack(nlohmann::json& config);
void NeverRunTemporaryFiles(nlohmann::json& config);

// What it costs more than it has to (misbehaviour_costs.cc).
void SlowDownCall(nlohmann::json& config);                         // by a long filter
Result<ExitStatus> StartAndTrace(const RuntimeCall& call);         // stops at each system call
Result<ExitStatus> StartSlowly(const RuntimeCall& call);           // by seconds
Result<ExitStatus> CreateSlower(const RuntimeCall& call);          // the more processes there are
Result<ExitStatus> CreateAndWasteMemory(const RuntimeCall& call);  // of a process that stays

}  // namespace loadline::mutants
