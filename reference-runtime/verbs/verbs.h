// SPDX-License-Identifier: Apache-2.0
// The operations of the command line: each takes what was typed, calls the runtime and prints.
#pragma once

#include <string>

#include "base/result.h"
#include "reference-runtime/command_line.h"
#include "reference-runtime/operations.h"

namespace loadline::runtime {

// Returns the exit status.
using VerbFunction = Result<int> (*)(const CommandLine& line);

struct Verb {
  std::string_view name;
  VerbFunction run;
  bool lives_on = false;  // a process of this program lives on in the container
  int failure = 1;        // the exit status of an error, as runc has it
};

// nullptr when there is none.
const Verb* FindVerb(const std::string& name);

// making.cc
Result<int> RunCreate(const CommandLine& line);
Result<int> RunRun(const CommandLine& line);
CreateOptions CreateOptionsFrom(const CommandLine& line);
RunBehaviour RunBehaviourFrom(const CommandLine& line);
// lifecycle.cc
Result<int> RunStart(const CommandLine& line);
Result<int> RunState(const CommandLine& line);
Result<int> RunKill(const CommandLine& line);
Result<int> RunDelete(const CommandLine& line);
Result<int> RunPause(const CommandLine& line);
Result<int> RunResume(const CommandLine& line);
// exec.cc
Result<int> RunExec(const CommandLine& line);
// ps.cc
Result<int> RunPs(const CommandLine& line);
// events.cc
Result<int> RunEvents(const CommandLine& line);
// update.cc
Result<int> RunUpdate(const CommandLine& line);
// documents.cc
Result<int> RunList(const CommandLine& line);
Result<int> RunFeatures(const CommandLine& line);
Result<int> RunSpec(const CommandLine& line);
Result<int> RunHelp(const CommandLine& line);
// checkpoint.cc
Result<int> RunCheckpoint(const CommandLine& line);
Result<int> RunRestore(const CommandLine& line);

// What the verbs share: common.cc.
Result<int> Print(const std::string& text);
std::string Root(const CommandLine& line);
StageChanges ChangesFrom(const CommandLine& line);
// The descriptors that the caller hands on to the payload, from 3 on: those of its service manager
// (LISTEN_FDS) and those of --preserve-fds.
int ListenDescriptors(const CommandLine& line);
Result<int> PreservedDescriptors(const CommandLine& line);

}  // namespace loadline::runtime
