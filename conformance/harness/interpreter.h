// SPDX-License-Identifier: Apache-2.0
// Interpreter: does the steps of a run inside a cell and collects the observation.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "conformance/harness/cell.h"
#include "conformance/harness/driver.h"
#include "conformance/harness/fixtures.h"
#include "conformance/harness/leaks.h"
#include "conformance/harness/run.h"

namespace loadline::conformance {

// To be called in a cell. A call of the candidate may take `step_time`. The answer:
//   refused (a step that may fail did), observation, snapshots {label: observation}, inside,
//   outside (placeholders of the main container), config (as written), stateAnswers [text], ledger
//   (whether observation.leaks was taken), leaksAfterErrors (what was left, after a forced delete,
//   of a run that did not end with one of its own), steps [{as, verb, command, exit, errors,
//   durationMs, held, timedOut, message}] and, when something of ours or of the host failed, or the
//   candidate has no words for it, problem {verdict, message}.
nlohmann::json InterpretRun(const Run& run, const Profile& profile, const CellView& view,
                            const std::string& probe, std::chrono::milliseconds step_time);

class Interpreter {
 public:
  Interpreter(const Run& run, const Profile& profile, const CellView& view,
              std::chrono::milliseconds step_time);
  nlohmann::json Interpret(const std::string& probe);
  // Those of the run's containers.
  std::vector<std::string> Ids() const;

 private:
  struct Done {
    bool success = false;
    bool timed_out = false;
    std::string message;                             // why it did not succeed
    nlohmann::json call = nlohmann::json::object();  // command, exit, errors, durationMs
    bool answered = false;                           // the call succeeded, whatever it gave
    bool no_words = false;  // what was asked for, its system cannot express
  };

  Result<void> Prepare(const std::string& probe);
  Result<Container*> Find(const std::string& label);
  Result<void> WriteConfigOf(Container& container, const nlohmann::json& config);
  Result<void> DoSteps();
  Result<bool> DoOne(const Step& step);
  Result<bool> DoAside(const Step& step);
  void Record(const Step& step, const Done& done, bool held, const std::string& message);

  Result<Done> Do(const Step& step);
  Result<Done> Create(const Step& step, Container& container);
  Result<Done> Start(const Step& step, Container& container);
  Result<Done> State(const Step& step, Container& container);
  Result<Done> Features(const Step& step, Container& container);
  Result<Done> Exec(const Step& step, Container& container);
  Result<Done> Update(const Step& step, Container& container);
  Result<Done> Edit(const Step& step, Container& container);
  Result<Done> Tell(const Step& step, Container& container);
  Result<Done> Wait(Container& container);
  Result<Done> Together(const Step& step);
  Result<Done> Simple(const std::string& verb, const Step& step, Container& container,
                      nlohmann::json more = {});
  Done FromCall(const Container& container, const Call& call);

  // Deletes by force what is not deleted; true when anything may have been there.
  Result<bool> DeleteTheRest();
  void TakeLedger(const CellInventory& before, bool done);

  // For the probe to take a line and to answer.
  Deadline ProbeDeadline() const { return Deadline::After(step_time_ / 2); }
  void ObserveHost(Container& container);
  // The whole observation as of now.
  nlohmann::json Document();
  nlohmann::json DocumentOf(Container& container);

  const Run& run_;
  const Profile& profile_;
  const CellView& view_;
  std::chrono::milliseconds step_time_;
  Deadline deadline_;
  CellPaths paths_;
  std::unique_ptr<Driver> driver_;
  Fixtures fixtures_;
  std::map<std::string, std::unique_ptr<Container>> containers_;  // by label
  bool start_must_fail_ = false;                                  // after a "by-start"
  int attempts_ = 0;
  nlohmann::json answer_ = nlohmann::json::object();
};

}  // namespace loadline::conformance
