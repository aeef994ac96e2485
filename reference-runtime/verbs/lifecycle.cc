// SPDX-License-Identifier: Apache-2.0
// What is done to a container that exists: start, state, kill, delete, pause and resume.
#include "reference-runtime/container.h"
#include "reference-runtime/log.h"
#include "reference-runtime/operations.h"
#include "reference-runtime/signals.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {

Result<int> RunStart(const CommandLine& line) {
  RETURN_IF_ERROR(Start(Root(line), line.operands[0], ChangesFrom(line)));
  return 0;
}

Result<int> RunState(const CommandLine& line) {
  ASSIGN_OR_RETURN(const Container container, LoadContainer(Root(line), line.operands[0]));
  ASSIGN_OR_RETURN(const std::string status, StatusOf(container));
  return Print(StateDocument(container, status));
}

Result<int> RunKill(const CommandLine& line) {
  ASSIGN_OR_RETURN(const int signal,
                   SignalNumber(line.operands.size() > 1 ? line.operands[1] : "TERM"));
  RETURN_IF_ERROR(Kill(Root(line), line.operands[0], signal, line.Has("all")));
  return 0;
}

// One that cannot be deleted does not keep the others.
Result<int> RunDelete(const CommandLine& line) {
  Result<int> outcome = 0;
  for (const std::string& id : line.operands) {
    auto deleted = Delete(Root(line), id, line.Has("force"), ChangesFrom(line));
    if (deleted.has_value()) continue;
    if (!outcome.has_value()) LogError(outcome.error());
    outcome = std::move(deleted).error();
  }
  return outcome;
}

Result<int> RunPause(const CommandLine& line) {
  RETURN_IF_ERROR(Pause(Root(line), line.operands[0]));
  return 0;
}

Result<int> RunResume(const CommandLine& line) {
  RETURN_IF_ERROR(Resume(Root(line), line.operands[0]));
  return 0;
}

}  // namespace loadline::runtime
