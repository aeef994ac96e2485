// SPDX-License-Identifier: Apache-2.0
// Guest: a container whose process 1 is a whole init system, and what it tells of itself: a service
// of it says that it runs, and that it was asked to stop.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/batteries/rig.h"

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

// An init system, as data.
struct InitSystem {
  const char* name;
  std::vector<std::string> places;     // where the host may have its program
  std::vector<std::string> arguments;  // that follow the program
  nlohmann::json config;               // further changes of the configuration
  std::vector<TextFile> files;
  std::vector<Ending> endings;     // the last one is a restart
  std::vector<std::string> needs;  // beside those of every init system
};

// Where this host has the program; empty: nowhere.
std::string FindProgram(const InitSystem& init);

class Guest {
 public:
  static Result<std::unique_ptr<Guest>> Make(Rig& rig, const InitSystem& init);

  // Each returns what is wrong; empty: nothing.
  // The control: the same root filesystem, booted and ended in namespaces made by hand.
  Result<std::string> LiveNatively(const Ending& ending);
  // Creates and starts it, and waits until its service says that it runs.
  Result<std::string> Boot();
  // Whether the service's orphan, which has ended, is gone. Nothing when that cannot be seen.
  Result<std::optional<std::string>> ReapsOrphans();
  // Asks it to end; its service has to be told, its process 1 has to end as it should. Nothing when
  // all but how process 1 ended is right, and that cannot be seen.
  Result<std::optional<std::string>> End(const Ending& ending);
  // Deletes it, so that it can be created anew.
  Result<std::string> Delete();

 private:
  explicit Guest(Rig& rig) : rig_(rig) {}
  Result<void> Furnish(const InitSystem& init);
  // The next line of the log; none when the process has ended, or at the deadline.
  std::optional<std::string> NextLine(int process, const Deadline& deadline);
  bool Hears(const std::string& beginning, int process, const Deadline& deadline);
  std::string Status();
  // What it has told is of no interest any more.
  Result<void> ForgetLog();
  void SweepGroups() const;

  Rig& rig_;
  Container* container_ = nullptr;
  UniqueFd log_;
  UniqueFd changes_;    // of the log, to be waited for
  std::string bytes_;   // read of the log, not yet lines
  std::string orphan_;  // its pid, as it told it
  std::string parent_;  // the pid of who started the service, as that told it
};

}  // namespace loadline::conformance::machine
