// SPDX-License-Identifier: Apache-2.0
// Scene: where operations go wrong: a container that suffers it, another one that must not, and the
// ledger of what is left.
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/batteries/faults/supervisor.h"
#include "conformance/batteries/rig.h"
#include "conformance/harness/leaks.h"

namespace loadline::conformance::faults {

// How the candidate is started for one call.
struct Launch {
  std::vector<long> watched;            // calls that the supervisor is asked about
  std::vector<std::string> conditions;  // arguments of probe/launch.h
};

// What the candidate's state says.
struct StateAnswer {
  std::string status;  // "none": it fails
  pid_t pid = 0;
  bool hangs = false;
  std::string lie;  // what of it is not so; empty: nothing
};

class Scene {
 public:
  // `changes` are those of the victim's configuration.
  static Result<std::unique_ptr<Scene>> Make(
      Rig& rig, const nlohmann::json& changes = nlohmann::json::object());

  Rig& rig() { return rig_; }
  Container& victim() { return *victim_; }
  Supervisor& supervisor() { return *supervisor_; }
  const std::string& process_file() const { return process_file_; }  // of an exec

  // Calls a verb on the victim. An exec runs the probe, which ends at once; a kill sends KILL.
  Result<Call> Do(const std::string& verb, const Launch& launch = {});
  // Makes the calls, none of which may fail; a start waits until the process serves.
  Result<void> DoAll(const std::vector<std::string>& verbs, const Launch& create = {});
  // Waits for the message that the victim's process serves; empty, or what is wrong.
  std::string WaitUntilServes();
  // Whether the victim's process answers and is alone in its container; empty, or what is wrong.
  std::string AsksHowItIs();
  void WaitForEndOfVictim();
  // From here on a call of the candidate's that takes longer hangs.
  void LimitSteps(std::chrono::milliseconds most);

  Result<StateAnswer> State();
  // What harm was done to the other container; empty: none.
  std::string HarmOfBystander(bool ask);

  // What is here beyond what was here at first, in words.
  std::vector<std::string> Leftovers() const;
  // From here on more is here by right: fixtures of a condition.
  void Spare(const std::vector<pid_t>& processes, const std::vector<std::string>& groups,
             const std::vector<std::string>& state = {});
  void TakeInventoryAgain() { before_ = TakeInventory(); }
  // Takes the leftovers away, without the candidate's help.
  void CleanUp();

 private:
  explicit Scene(Rig& rig) : rig_(rig) {}
  Result<void> MakeBystander();
  Result<StateAnswer> AskState();
  nlohmann::json Leaks() const;
  std::string LieOf(const StateAnswer& answer) const;
  void ForgetVictim();

  Rig& rig_;
  Container* victim_ = nullptr;
  Container* bystander_ = nullptr;
  std::unique_ptr<Supervisor> supervisor_;
  std::string process_file_;
  CellInventory before_;
  Spared spared_;
  size_t spared_at_first_ = 0;  // processes
};

}  // namespace loadline::conformance::faults
