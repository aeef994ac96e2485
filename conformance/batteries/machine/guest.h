// SPDX-License-Identifier: Apache-2.0
// Guest: a container whose process 1 is a whole init system, and what it tells of itself: services
// of it say that they start and that they are stopped, and that all of it runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/batteries/machine/init_system.h"
#include "conformance/batteries/machine/report.h"
#include "conformance/batteries/machine/root.h"
#include "conformance/batteries/rig.h"

namespace loadline::conformance::machine {

class Guest {
 public:
  // An error of the call mount says that this host cannot boot such a system.
  static Result<std::unique_ptr<Guest>> Make(Rig& rig, const InitSystem& init);

  // Each returns what is wrong; empty: nothing.
  // The control: the same root filesystem, booted and ended in namespaces made by hand.
  Result<std::string> LiveNatively(const Ending& ending);
  // Creates and starts it, and waits until its services say that they run.
  Result<std::string> Boot();
  // Waits for what the system tells of itself.
  std::string HearReport();
  // Whether the service's orphan, which has ended, is gone. Nothing when that cannot be seen.
  Result<std::optional<std::string>> ReapsOrphans();
  // Asks it to end; its services have to be stopped in order, its process 1 has to end as it
  // should. Nothing when all but how process 1 ended is right, and that cannot be seen.
  Result<std::optional<std::string>> End(const Ending& ending);
  // Deletes it, so that it can be created anew.
  Result<std::string> Delete();

  // What it told when it was last there, and in how many lives, those without a runtime too.
  const Report& report() const { return report_; }
  int lives() const { return lives_; }
  // Whether the journal of a life that has ended is still there.
  bool HasJournal() const { return root_.HasJournal(); }

 private:
  explicit Guest(Rig& rig) : rig_(rig) {}
  Result<void> Furnish(const InitSystem& init);
  // The next line of the log; none when the process has ended, or at the deadline.
  std::optional<std::string> NextLine(int process, const Deadline& deadline);
  // Takes lines until this one; false when it does not come.
  bool Hears(const std::string& wanted, int process, const Deadline& deadline);
  void Take(const std::string& line);
  // Takes the events of a start and of an end; what is wrong with them.
  std::string HearStart(int process);
  std::string HearEnd(int process, const std::string& by);
  std::string HearReport(int process);
  std::string Status();
  // What it has told is of no interest any more.
  Result<void> ForgetLog();
  void SweepGroups() const;

  Rig& rig_;
  Container* container_ = nullptr;
  Root root_;
  bool reports_ = false;
  UniqueFd log_;
  UniqueFd changes_;                 // of the log, to be waited for
  std::string bytes_;                // read of the log, not yet lines
  std::vector<std::string> events_;  // "started:first", "stopped:second" …
  Report report_;
  int lives_ = 0;
  std::string orphan_;  // its pid, as it told it
  std::string parent_;  // the pid of who started the service, as that told it
};

}  // namespace loadline::conformance::machine
