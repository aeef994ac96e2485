// SPDX-License-Identifier: Apache-2.0
// systemd as process 1, and the manager of an unprivileged user.
#include <sys/wait.h>
#include <unistd.h>

#include "base/child_process.h"
#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

constexpr const char* kSystemd = "/usr/lib/systemd/systemd";

}  // namespace

Result<void> BecomeSystemd() {
  const std::string unit = std::string("--unit=") + kUnit;
  execl(kSystemd, kSystemd, unit.c_str(), nullptr);
  return CallError("execve", kSystemd);
}

Result<void> StartUserManager(uid_t user, GuestPlan& plan) {
  const std::string id = std::to_string(user);
  RunOptions start;
  start.spawn.argv = {"systemctl", "start", "user@" + id + ".service"};
  start.spawn.environment = plan.environment;
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(start));
  if (!outcome.status.Success())
    return Failure("systemd starts no manager for the user: " + outcome.standard_error);
  const std::string runtime = "/run/user/" + id;
  plan.environment.push_back("XDG_RUNTIME_DIR=" + runtime);
  plan.environment.push_back("DBUS_SESSION_BUS_ADDRESS=unix:path=" + runtime + "/bus");
  const std::vector<std::string> words{"systemd-run", "--user",       "--scope", "--quiet",
                                       "--property",  "Delegate=yes", "--"};
  plan.command.insert(plan.command.begin(), words.begin(), words.end());
  return {};
}

}  // namespace loadline::lab
