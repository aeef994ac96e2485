// SPDX-License-Identifier: Apache-2.0
// Profile: how a candidate is called, and what is known of it (conformance/candidates/<name>.json).
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::conformance {

// For a runtime that can leave a stage of its work out, or let two of them change places, so that
// it can be seen that a case notices.
struct Stages {
  std::vector<std::string> list;  // arguments that print lines of "SIDE NAME REQUIREMENT"
  std::string without;            // the global option that is followed by the name of a stage
  std::map<std::string, std::string> unseen;  // stages that no case can see, each with its reason
  std::string swap;                           // the global option that is followed by "A,B"
  std::map<std::string, std::string> orders;  // by "A,B", globs of the cases that are about it
};

struct Profile {
  std::string name;
  std::vector<std::string> command;  // argv[0] is absolute once resolved
  std::vector<std::string> version_command;
  std::vector<std::string> global_options;
  // By verb: arguments with placeholders. A list inside the list is left out as a whole when one of
  // its placeholders has no value; a verb that is null is not there.
  std::map<std::string, nlohmann::json> verbs;
  std::map<std::string, std::string> environment;
  std::string cgroup_manager = "cgroupfs";
  std::string spec_max;     // empty: not declared
  nlohmann::json features;  // "command", a document, or null when there is none
  std::vector<std::string> needs_view;
  std::vector<std::string> lacks;  // needs that the candidate does not meet
  // Pointers into config.json that it refuses: an adapter's, whose system has no words for them.
  std::vector<std::string> cannot_express;
  std::chrono::seconds call_time{0};  // that a call may take, when it is more than is usual
  // The exit status by which it refuses a value that its system has no words for; 0: none does.
  int refusal_status = 0;
  std::map<std::string, std::string> programs;  // that the command calls, each with its package
  // What has to stand beside the program where that is copied to: paths, seen from its directory.
  std::vector<std::string> alongside;
  Stages stages;
  std::string resctrl;  // for tests: a directory that stands for the resctrl filesystem, or empty

  bool HasVerb(const std::string& verb) const;
  // The whole command line of a verb; `values` are the placeholders. An argument that is a
  // placeholder of `without` is left out, and with it the list inside the list that it stands in.
  Result<std::vector<std::string>> CommandLine(const std::string& verb, nlohmann::json values,
                                               const std::vector<std::string>& without = {}) const;
};

// Reads a profile's text; `file` is for messages. The command is not resolved.
Result<Profile> ParseProfile(const std::string& file, std::string_view text);

// Where a program without '/' is: beside this program, in PATH or in the usual directories; empty
// when it is in none of them.
std::string FindProgram(const std::string& program);

// Makes argv[0] absolute: as given when it holds a '/', else beside this program, else in PATH and
// the usual directories. kUnreadable when it cannot be run, or a program that it calls is not
// installed.
Result<void> ResolveCommand(Profile& profile);

// Finds a candidate by the name of an embedded profile ("reference" is the reference runtime's),
// the path of a profile file (*.json), or the path of a runtime, which gets the default profile;
// resolves its command.
Result<Profile> FindCandidate(const std::string& candidate);

// The embedded profiles, not resolved.
Result<std::vector<Profile>> EmbeddedProfiles();

}  // namespace loadline::conformance
