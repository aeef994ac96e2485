// SPDX-License-Identifier: Apache-2.0
// create with hooks that do not end, end badly, do not listen, or leave something behind.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <thread>

#include "base/files.h"
#include "conformance/batteries/faults/condition.h"
#include "conformance/batteries/faults/faults.h"

namespace loadline::conformance::faults {
namespace {

using nlohmann::json;

const std::string kPrefix = "loadline/faults/hooks/";
constexpr std::chrono::seconds kHookTime{10};
// More than a pipe takes, so that who writes the state meets a reader who does not listen.
constexpr size_t kLongAnnotation = 200000;

struct Hook {
  const char* check;
  const char* option;
  const char* title;
  Wanted wanted;
};
constexpr Hook kHooks[] = {
    {"fails", "--fail", "nothing is left of a create whose hook fails", Wanted::kError},
    {"ended", "--hang", "nothing is left of a create whose hook hangs until somebody ends it",
     Wanted::kError},
    {"daemon", "--daemon", "create does not wait for what its hook has left in the background",
     Wanted::kSuccess},
    {"deaf", "--deaf", "a hook that closes its streams does no harm", Wanted::kEither},
};

json ConfigWith(const Hook& hook, const Rig& rig, const std::string& log) {
  json config = {{"hooks",
                  {{"createRuntime",
                    {{{"path", rig.paths().probe},
                      {"args",
                       {"loadline-probe", "hook", "--log", log, hook.option, "createRuntime",
                        hook.check}}}}}}}};
  if (std::string_view(hook.check) == "deaf")
    config["annotations"]["org.loadline.long"] = std::string(kLongAnnotation, '.');
  return config;
}

// The processes of hooks: they execute the probe, outside of containers.
std::vector<pid_t> HooksNow() {
  std::vector<pid_t> hooks;
  for (const pid_t pid : LivingStrangers({})) {
    const std::string line =
        ReadFile("/proc/" + std::to_string(pid) + "/cmdline", 4096).value_or("");
    if (line.find(std::string("\0hook\0", 6)) != std::string::npos) hooks.push_back(pid);
  }
  return hooks;
}

// Ends the hook once it has written into the log, a fifo, that it is there.
class HookEnder {
 public:
  explicit HookEnder(int log)
      : thread_([log] {
          auto there = WaitFor(log, POLLIN, Deadline::After(kHookTime));
          if (!there || *there != Readiness::kReady) return;
          for (const pid_t pid : HooksNow()) kill(pid, SIGKILL);
        }) {}
  ~HookEnder() { thread_.join(); }
  HookEnder(const HookEnder&) = delete;
  HookEnder& operator=(const HookEnder&) = delete;

 private:
  std::thread thread_;
};

Result<UniqueFd> MakeLog(const std::string& path) {
  if (mkfifo(path.c_str(), 0600) != 0) return CallError("mkfifo", path);
  return Open(path, O_RDWR | O_NONBLOCK);
}

Result<void> Work(Rig& rig, Findings& findings, const Hook& hook) {
  const std::string path = rig.paths().work + "/log";
  ASSIGN_OR_RETURN(const UniqueFd log, MakeLog(path));
  ASSIGN_OR_RETURN(const std::unique_ptr<Scene> scene,
                   Scene::Make(rig, ConfigWith(hook, rig, path)));
  std::optional<HookEnder> ender;
  if (std::string_view(hook.option) == "--hang") ender.emplace(log.get());
  Level level{hook.option, {}, {}, {}};
  // What a hook leaves in the background is not the candidate's.
  level.after = [](Scene& there) { there.Spare(HooksNow(), {}); };
  RETURN_IF_ERROR(TryLevels(*scene, {level}, hook.wanted, kPrefix + hook.check, findings));
  // The control: the hook was called.
  auto called = WaitFor(log.get(), POLLIN, Deadline::After(std::chrono::milliseconds(0)));
  if (!called || *called != Readiness::kReady)
    findings.Say(kPrefix + hook.check, reports::Verdict::kInconclusive, "no hook was called");
  return {};
}

}  // namespace

std::vector<BatteryRun> HookRuns() {
  std::vector<BatteryRun> runs;
  for (const Hook& hook : kHooks) {
    runs.push_back(
        {std::string("hook-") + hook.check,
         {{kPrefix + hook.check, hook.title, {"loadline/faults/hooks"}, {"hook-createRuntime"}}},
         false,
         [&hook](Rig& rig, Findings& findings) { return Work(rig, findings, hook); }});
  }
  return runs;
}

}  // namespace loadline::conformance::faults
