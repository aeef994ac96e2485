// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/mutations.h"

#include <algorithm>

#include "conformance/mutants/misbehaviour.h"

namespace loadline::mutants {
namespace {

// A row: name, what is wrong, the verbs, then the change of config.json or the act.
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
     nullptr, LeaveProcess},
    {"create-never-fails", "create reports success whatever happened", "create", nullptr,
     NeverFail},
    {"create-starts", "create runs the user's program at once", "create start", nullptr,
     CreateAndStart},
    {"create-without-pid-file", "create writes no pid file", "create run", nullptr,
     CreateWithoutPidFile},
    {"create-wrong-pid-file", "create writes another process into the pid file", "create", nullptr,
     CreateWithWrongPidFile},
    {"delete-any-status", "delete ends and deletes a container that is not stopped", "delete",
     nullptr, ForceDelete},
    {"delete-does-nothing", "delete reports success and deletes nothing", "delete", nullptr,
     DeleteAndLeaveState},
    {"delete-fails", "delete refuses everything", "delete", nullptr, AlwaysFail},
    {"delete-hangs", "delete never ends", "delete", nullptr, Hang, true},
    {"delete-leaves-process", "delete leaves a process behind", "delete", nullptr,
     DeleteAndKeepProcess},
    {"delete-never-fails", "delete reports success whatever happened", "delete", nullptr,
     NeverFail},
    {"exec-does-nothing", "exec reports success and runs nothing", "exec", nullptr, DoNothing},
    {"kill-does-nothing", "kill reports success and sends nothing", "kill", nullptr, DoNothing,
     true},
    {"kill-never-fails", "kill reports success whatever happened", "kill", nullptr, NeverFail},
    {"kill-sends-kill", "kill sends SIGKILL whatever it was asked to send", "kill", nullptr,
     KillWithKill},
    {"pause-does-nothing", "pause reports success and stops nothing", "pause", nullptr, DoNothing},
    {"resume-does-nothing", "resume reports success and resumes nothing", "resume", nullptr,
     DoNothing},
    {"start-does-nothing", "start reports success and starts nothing", "start", nullptr, DoNothing,
     true},
    {"start-fails-afterwards", "start starts the program and reports a failure", "start", nullptr,
     FailAfterwards},
    {"start-hangs", "start never ends", "start", nullptr, Hang, true},
    {"start-never-fails", "start reports success whatever happened", "start", nullptr, NeverFail},
    {"state-fails", "state refuses everything", "state", nullptr, AlwaysFail},
    {"state-is-no-json", "state prints a sentence, for containers that there are not as well",
     "state", nullptr, StateIsNoJson},
    {"state-never-fails", "state reports success for containers that there are not", "state",
     nullptr, NeverFail},
    {"state-other-bundle", "state names another bundle", "state", nullptr, StateSaysOtherBundle},
    {"state-other-id", "state names another container", "state", nullptr, StateSaysOtherId},
    {"state-other-pid", "state names another process", "state", nullptr, StateSaysOtherPid},
    {"state-running", "state calls every container running", "state", nullptr, StateSaysRunning},
    {"state-stopped", "state calls every container stopped", "state", nullptr, StateSaysStopped},
    {"state-unknown-status", "state gives a status that the standard does not know", "state",
     nullptr, StateSaysUnknownStatus},
    {"state-without-annotations", "state conceals the annotations", "state", nullptr,
     StateWithoutAnnotations},
    {"state-without-pid", "state conceals the process", "state", nullptr, StateWithoutPid},
    {"state-without-version", "state conceals the version of the standard", "state", nullptr,
     StateWithoutVersion},
    {"update-does-nothing", "update reports success and changes nothing", "update", nullptr,
     DoNothing},

    {"affinity-kept", "exec keeps its initial processors where final is absent", "exec",
     KeepInitialProcessors, nullptr},
    {"argument-added", "the program gets one argument too many", "create run", AddArgument,
     nullptr},
    {"capability-added", "the program gets a capability that nobody gave", "create run",
     AddCapability, nullptr},
    {"environment-added", "the program gets a variable that nobody gave", "create run",
     AddEnvironment, nullptr},
    {"environment-reversed", "the variables are set in the opposite order", "create run",
     ReverseEnvironment, nullptr},
    {"group-added", "the program gets a group that nobody gave", "create run", AddGroup, nullptr},
    {"groups-given-away", "the container's user owns its control groups, whatever was asked for",
     "create", nullptr, CreateAndGiveGroupsAway},
    {"hard-limit-is-soft", "each hard limit is as low as the soft one", "create run",
     HardLimitIsSoft, nullptr},
    {"hooks-deaf", "hooks get no state", "create run", DeafHooks, nullptr},
    {"hooks-late", "createRuntime hooks run after the start", "create run", LateHooks, nullptr},
    {"hooks-never-fail", "the failure of a hook is ignored", "create run", HooksNeverFail, nullptr},
    {"hooks-repeated", "each hook runs twice", "create run", RepeatHooks, nullptr},
    {"hooks-reversed", "hooks run in the opposite order", "create run", ReverseHooks, nullptr},
    {"hooks-outside", "createContainer hooks run in the runtime's namespaces", "create run",
     HooksSeeHost, nullptr},
    {"mount-added", "there is a mount that nobody asked for", "create run", AddMount, nullptr},
    {"mounts-reversed", "mounts are made in the opposite order", "create run", ReverseMounts,
     nullptr},
    {"scheduler-invented", "what the scheduler leaves out gets a value instead of 0", "create run",
     InventScheduler, nullptr},
    {"system-calls-allowed", "the filter lets every system call through", "create run",
     AllowAllSystemCalls, nullptr},
};

}  // namespace

bool Mutation::Spoils(std::string_view verb) const {
  return !verb.empty() &&
         (" " + std::string(verbs) + " ").find(" " + std::string(verb) + " ") != std::string::npos;
}

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
