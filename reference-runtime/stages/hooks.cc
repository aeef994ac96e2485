// SPDX-License-Identifier: Apache-2.0
// oci-runtime/config/hooks: programs run at six moments, with the container's state on standard
// input.
#include <unistd.h>

#include <chrono>

#include "base/child_process.h"
#include "reference-runtime/log.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

Result<void> RunHook(const HookSpec& hook, const std::string& state) {
  RunOptions options;
  options.spawn.argv = hook.args;
  options.spawn.program = hook.path;
  options.spawn.environment = hook.environment;
  options.spawn.dies_with_parent = true;
  options.input = state;
  if (hook.timeout_seconds)
    options.deadline = Deadline::After(std::chrono::seconds(*hook.timeout_seconds));
  auto outcome = RunToEnd(options);
  if (!outcome.has_value()) return std::move(outcome).error();
  if (outcome->timed_out)
    return Failure(hook.path + " took longer than its timeout of " +
                   std::to_string(*hook.timeout_seconds) + " s");
  if (outcome->status.Success()) return {};
  std::string said = outcome->standard_error.substr(0, outcome->standard_error.find('\n'));
  return Failure(hook.path + ": " + outcome->status.ToText() +
                 (said.empty() ? "" : ", it said: " + said));
}

// In the order of the list; the first failure ends the list.
Result<void> RunHooks(const std::vector<HookSpec>& hooks, const Container& container,
                      const std::string& status) {
  if (hooks.empty()) return {};
  const std::string state = StateDocument(container, status);
  for (const HookSpec& hook : hooks) RETURN_IF_ERROR(RunHook(hook, state));
  return {};
}

// oci-runtime/runtime/state/pid: hooks in the container namespace get the pid that is seen there;
// 1.0 knew only the one that the host sees.
Container AsSeenInside(const Context& context) {
  Container container = context.container;
  if (context.config.DeclaresAtLeast(1, 1, 0)) container.pid = getpid();
  return container;
}

}  // namespace

// oci-runtime/config/hooks/prestart: since 1.1.0 they run during create; 1.0.2 wants them after
// start was called.
Result<void> RunPrestartHooks(Context& context) {
  if (!context.config.DeclaresAtLeast(1, 1, 0)) return {};
  return RunHooks(context.config.hooks.prestart, context.container, "creating");
}

Result<void> RunLatePrestartHooks(Context& context) {
  if (context.config.DeclaresAtLeast(1, 1, 0)) return {};
  return RunHooks(context.config.hooks.prestart, context.container, "created");
}

Result<void> RunCreateRuntimeHooks(Context& context) {
  return RunHooks(context.config.hooks.create_runtime, context.container, "creating");
}

Result<void> RunCreateContainerHooksInChild(Context& context) {
  return RunHooks(context.config.hooks.create_container, AsSeenInside(context), "creating");
}

Result<void> RunStartContainerHooksInChild(Context& context) {
  return RunHooks(context.config.hooks.start_container, AsSeenInside(context), "created");
}

// Up to 1.2.1 a failing hook is a warning and the next ones run; since 1.3.0 it is an error.
Result<void> RunPoststartHooks(Context& context) {
  if (context.config.DeclaresAtLeast(1, 3, 0))
    return RunHooks(context.config.hooks.poststart, context.container, "running");
  for (const HookSpec& hook : context.config.hooks.poststart) {
    if (auto done = RunHook(hook, StateDocument(context.container, "running")); !done.has_value())
      Warn("poststart: " + done.error().ToLine());
  }
  return {};
}

// A failing one is a warning in every version; the others run all the same.
Result<void> RunPoststopHooks(Context& context) {
  for (const HookSpec& hook : context.config.hooks.poststop) {
    if (auto done = RunHook(hook, StateDocument(context.container, "stopped")); !done.has_value())
      Warn("poststop: " + done.error().ToLine());
  }
  return {};
}

}  // namespace loadline::runtime
