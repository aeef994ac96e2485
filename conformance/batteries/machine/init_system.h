// SPDX-License-Identifier: Apache-2.0
// Init systems, as data: the program, its files, and the signals that end it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace loadline::conformance::machine {

struct TextFile {
  std::string path;  // in the root filesystem
  std::string text;
};

// A signal by which the init system is asked to end, and by which the kernel ends process 1 then:
// reboot(2), "PID namespaces": SIGHUP for a restart, SIGINT for all else.
struct Ending {
  const char* name;
  const char* title;
  const char* signal;  // as it is given to the candidate
  int number;
  int ends_by;
};

// Its services write into the log of the container (guest.h) that they start and stop.
struct InitSystem {
  const char* name;
  std::vector<std::string> places;     // where a system may have its program
  std::vector<std::string> arguments;  // that follow the program
  nlohmann::json config;               // further changes of the configuration
  std::vector<TextFile> files;
  std::vector<Ending> endings;     // the last one is a restart
  std::vector<std::string> needs;  // beside those of every init system
  bool reports;                    // it has units and a journal, and tells of them (report.h)
};

InitSystem Busybox();
InitSystem Systemd();

}  // namespace loadline::conformance::machine
