// SPDX-License-Identifier: Apache-2.0
#include "cli/options/verbs.h"

namespace loadline::cli {

void AddLab(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "lab", "run a command in a throw-away machine with another kernel and pure cgroup v2");
  auto options = std::make_shared<lab::LabOptions>();
  options->command = {"loadline", "certify"};
  verb->add_option("command", options->command,
                   "what to run, behind -- (default: loadline certify); the files that it leaves "
                   "come into this directory")
      ->type_name("COMMAND");
  verb->add_option("--kernel", options->kernel,
                   "a package of Debian (.deb) or a kernel image of this host (default: the "
                   "package linux-image-amd64, downloaded once)")
      ->type_name("PATH");
  verb->add_option("--cgroup", options->cgroup,
                   "layout of control groups: v2 (default), v1, hybrid")
      ->check(CLI::IsMember({"v1", "v2", "hybrid"}))
      ->type_name("LAYOUT");
  verb->add_option("--init", options->init,
                   "process 1: own (default), or systemd with a small Debian, made once")
      ->check(CLI::IsMember({"own", "systemd"}))
      ->type_name("INIT");
  verb->add_flag("--rootless", options->rootless,
                 "run it as an unprivileged user, with a control group of its own on v2");
  verb->add_option("--memory", options->memory_mb, "of the machine, in MiB (default: 1024)")
      ->check(CLI::Range(256, 1 << 20))
      ->type_name("MIB");
  verb->add_option("--cpus", options->processors, "of the machine (default: 2)")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  verb->add_option_function<int>(
          "--timeout", [options](int seconds) { options->timeout = std::chrono::seconds(seconds); },
          "seconds after which it is given up (default: 900)")
      ->check(CLI::Range(1, 86400))
      ->type_name("SECONDS");
  verb->add_option("--program", options->programs,
                   "take this program of the host along, with its libraries; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verb->add_option("--file", options->files, "put this file where the command runs; repeatable")
      ->check(CLI::ExistingFile)
      ->type_name("PATH")
      ->allow_extra_args(false);
  verb->callback([options, &command] { command = *options; });
}

}  // namespace loadline::cli
