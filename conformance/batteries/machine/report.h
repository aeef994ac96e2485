// SPDX-License-Identifier: Apache-2.0
// What a system with units and a journal tells of itself: whether it runs, which of its units have
// failed, and what its journal has of this life and of those before.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace loadline::conformance::machine {

struct Report {
  std::string state;                    // as `systemctl is-system-running` says it
  std::vector<std::string> failed;      // units
  std::string os;                       // "Debian GNU/Linux 12 (bookworm)"
  std::string version;                  // of systemd
  std::string controllers;              // of its control groups; with v1 the host keeps them
  std::vector<nlohmann::json> entries;  // of its journal, the oldest first
  bool whole = false;
};

// The script by which the system tells it: it writes lines into the log, the last of which is
// kReported.
std::string ReportScript(const std::string& log);
inline constexpr const char* kReported = "reported:system";

// Takes a line of the log; false when it is none of the script's.
bool TakeLine(Report& report, const std::string& line);

// Each says what is wrong; empty: nothing.
// Whether it runs, all of it.
std::string WrongState(const Report& report);
// Whether the journal tells of the boot, in order, and has what a service said.
std::string WrongBoot(const Report& report);
// Whether it tells as well of all lives before, and of how each ended, in order. `lives`: with this
// one.
std::string WrongLives(const Report& report, int lives);

// "a, b"; "nothing" of none.
std::string InWords(const std::vector<std::string>& events);

// For whoever reads the verdicts.
nlohmann::json EvidenceOfState(const Report& report);
nlohmann::json EvidenceOfJournal(const Report& report);

}  // namespace loadline::conformance::machine
