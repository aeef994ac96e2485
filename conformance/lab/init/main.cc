// SPDX-License-Identifier: Apache-2.0
// loadline-lab-init: process 1 of the lab, or what systemd starts there. It makes the little
// system, runs one command in it, says how that ended and turns the machine off.
#include <sys/reboot.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/files.h"
#include "base/pipe.h"
#include "base/version.h"
#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

// What an own process 1 does before there is anything else.
Result<void> Begin(const GuestPlan& plan) {
  RETURN_IF_ERROR(MountBasics());
  RETURN_IF_ERROR(LoadModules());
  if (plan.init == kSystemdInit) return BecomeSystemd();
  RETURN_IF_ERROR(MountCgroups(plan.cgroup));
  return SetNames();
}

Result<void> Live(UniqueFd& records) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(kPlanFile));
  ASSIGN_OR_RETURN(const GuestPlan plan, GuestPlan::Parse(text));
  if (getpid() == 1) RETURN_IF_ERROR(Begin(plan));
  ASSIGN_OR_RETURN(records, OpenPort(kRecordPort));
  ASSIGN_OR_RETURN(const UniqueFd output, OpenPort(kOutputPort));
  ASSIGN_OR_RETURN(const UniqueFd error, OpenPort(kErrorPort));
  RETURN_IF_ERROR(WriteAll(records.get(), HeaderOf({"started", 0, "", 0})));
  ASSIGN_OR_RETURN(const Record end, RunCommand(plan, output.get(), error.get()));
  RETURN_IF_ERROR(SendFiles(records.get()));
  return WriteAll(records.get(), HeaderOf(end));
}

}  // namespace
}  // namespace loadline::lab

int main(int argc, char** argv) {
  using namespace loadline;
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    printf("loadline-lab-init %s\n", kVersionAndCommit);
    return 0;
  }
  // Anywhere else it would turn off the machine of whoever tried it.
  if (getpid() != 1 && access(lab::kPlanFile, F_OK) != 0) {
    fputs("loadline-lab-init: this is process 1 of the lab; \"loadline lab\" runs it\n", stderr);
    return 2;
  }
  UniqueFd records;
  if (auto lived = lab::Live(records); !lived.has_value()) {
    const std::string words = lived.error().ToLine();
    fprintf(stderr, "lab: %s\n", words.c_str());  // the console, when there is no port yet
    if (records) (void)WriteAll(records.get(), lab::HeaderOf({"problem", 0, words, 0})).has_value();
  }
  sync();
  reboot(RB_POWER_OFF);
  return 1;
}
