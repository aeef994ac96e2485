// SPDX-License-Identifier: Apache-2.0
// Rig: where a battery drives containers of the candidate and native processes, inside a cell.
#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "conformance/batteries/findings.h"
#include "conformance/harness/cell.h"
#include "conformance/harness/driver.h"
#include "conformance/harness/given_bundle.h"
#include "conformance/harness/leaks.h"

namespace loadline::conformance {

// What a rig is made with.
struct RigOptions {
  const Profile* profile = nullptr;
  const CellView* view = nullptr;
  const nlohmann::json* features = nullptr;  // the candidate's document; none, or null: it has none
  std::string spec;
  std::string probe;  // the program on the host
  std::chrono::milliseconds step_time{10000};
  std::chrono::seconds time{80};  // of the whole run
  bool full = false;              // all there is, and not a sample
  std::string fault;              // of the battery of faults, the only point to try; empty: any
  const GivenBundle* given = nullptr;  // the user's own bundle, when that is judged
  std::string system;  // of machine containers: a directory; empty: the host's programs
};

class Rig {
 public:
  static Result<std::unique_ptr<Rig>> Make(const RigOptions& options);

  const CellPaths& paths() const { return paths_; }
  const CellView& view() const { return *options_.view; }
  const Profile& profile() const { return profile_; }
  const RigOptions& options() const { return options_; }
  // Whether the candidate has what the need says (needs.h).
  bool Meets(const std::string& need) const;
  // How this rig calls the candidate. A battery may change it, to run copies of its programs, to
  // give it variables, or to add a verb with other options.
  Profile& calls() { return profile_; }
  bool HasVerb(const std::string& verb) const { return profile().HasVerb(verb); }

  // A bundle with the base configuration and `changes`, whose process serves (probe/main.cc).
  Result<Container*> NewContainer(const nlohmann::json& changes = nlohmann::json::object());
  // The user's own bundle; null when there is none.
  const GivenBundle* given() const { return options_.given; }
  // A bundle that is made of it.
  Result<Container*> NewGivenContainer();
  // The candidate's calls. One that fails or hangs is an error of the candidate.
  Result<void> Create(Container& container);
  Result<void> Start(Container& container);  // and waits until the process serves
  Result<void> Run(Container& container);    // both
  Result<void> Do(const std::string& verb, Container& container,
                  const nlohmann::json& placeholders = nlohmann::json::object());
  Result<void> Update(Container& container, const nlohmann::json& resources);
  // Runs the probe in the container: hands it the messages and returns its answers, in order.
  Result<std::vector<nlohmann::json>> Exec(Container& container,
                                           const std::vector<nlohmann::json>& messages,
                                           const nlohmann::json& process_changes = {});
  // The same by a verb of calls() that names the process itself.
  Result<std::vector<nlohmann::json>> ExecBy(const std::string& verb, Container& container,
                                             const std::vector<nlohmann::json>& messages,
                                             const nlohmann::json& placeholders = {});
  // The same calls where a failure is an answer.
  Result<Call> TryCreate(Container& container);
  // Who hangs, or has no words for it, gives none.
  Result<Call> TryUpdate(Container& container, const nlohmann::json& resources);
  Result<Call> Try(const std::string& verb, Container& container,
                   const nlohmann::json& placeholders = nlohmann::json::object(),
                   const std::string& input = "");

  // Hands the process one message and waits for its answer (an error of the candidate when none
  // comes).
  Result<nlohmann::json> Tell(Container& container, const nlohmann::json& message);
  // Hands over a message without waiting; the answer is read by Hear().
  Result<void> Send(Container& container, const nlohmann::json& message);
  Result<nlohmann::json> Hear(Container& container);
  // Kills and deletes it, and removes its bundle.
  void Remove(Container& container);
  // The leak ledger (leaks.h), after a forced delete of each container that is left or whose create
  // was interrupted. What the battery itself has mounted below ${work} does not count.
  nlohmann::json FindLeaks();

  // The container's process; an error of the candidate when its pid file names none that lives.
  static Result<pid_t> PidOf(const Container& container);

  // The cell's own place in the hierarchy of a controller: on v2 there is one for all. Empty when
  // nothing here has the controller.
  std::string CellGroup(const std::string& controller) const;

  // Lets this much time pass: a window in which something is measured.
  static Result<void> Wait(std::chrono::milliseconds window);
  // The calls made so far, a line each, for whoever wants to repeat them; with what failed.
  const nlohmann::json& commands() const { return commands_; }
  // Drops them: who makes hundreds of calls says himself which of them are of interest.
  void ForgetCommands() { commands_ = nlohmann::json::array(); }
  // From here on a call that takes longer hangs.
  void LimitSteps(std::chrono::milliseconds step_time);

 private:
  explicit Rig(const RigOptions& options)
      : options_(options), profile_(*options.profile), deadline_(Deadline::After(options.time)) {}
  void Note(const Call& call);
  Deadline StepDeadline() const { return Deadline::After(options_.step_time); }

  RigOptions options_;
  Profile profile_;
  Deadline deadline_;
  CellPaths paths_;
  std::unique_ptr<Driver> driver_;
  std::vector<std::unique_ptr<Container>> containers_;
  nlohmann::json commands_ = nlohmann::json::array();
  int files_ = 0;
  CellInventory before_;
};

// An error that the candidate is to blame for, or one that it hung, or one that its system has no
// words for what was asked.
Error CandidateError(const std::string& what, const Call& call);
Error CandidateError(std::string what);
bool IsCandidateError(const Error& error);
bool IsWithoutWords(const Error& error);

// Does a run of a battery; to be called in a cell. The answer: checks {id: {verdict, message,
// evidence}}, commands, and problem {verdict, message} for the checks that got none.
nlohmann::json DoBatteryRun(const BatteryRun& run, const RigOptions& options);

}  // namespace loadline::conformance
