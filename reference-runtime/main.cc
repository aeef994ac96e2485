// SPDX-License-Identifier: Apache-2.0
// loadline-runtime: an operation of the standard, from a command line to an exit status.
#include <array>

#include "base/version.h"
#include "reference-runtime/command_line.h"
#include "reference-runtime/log.h"
#include "reference-runtime/own_program.h"
#include "reference-runtime/verbs/verbs.h"

namespace loadline::runtime {
namespace {

// Options that are known by few words.
struct Choice {
  const char* option;
  std::array<const char*, 3> words;
};
constexpr Choice kChoices[] = {
    {"cgroup-manager", {"cgroupfs", "systemd", "disabled"}},
    {"log-format", {"text", "json", nullptr}},
    {"rootless", {"true", "false", "auto"}},
};

// The words are those that docker and others look for.
std::string VersionText() {
  const std::string commit = *kCommit == '\0' ? "unknown" : kCommit;
  return std::string("loadline-runtime version ") + kVersion + "\ncommit: " + commit +
         "\nspec: 1.3.0\n";
}

Result<void> CheckChoices(const CommandLine& line) {
  for (const Choice& choice : kChoices) {
    const std::string value = line.Get(choice.option, choice.words[0]);
    std::string known;
    bool found = false;
    for (const char* word : choice.words) {
      if (word == nullptr) continue;
      found = found || value == word;
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    if (!found)
      return Failure("--" + std::string(choice.option) + " " + value + " is not known",
                     "use one of " + known);
  }
  return {};
}

Result<void> Prepare(const CommandLine& line, const Verb& verb, char** arguments) {
  RETURN_IF_ERROR(CheckChoices(line));
  if (verb.lives_on) {
    RETURN_IF_ERROR(RunFromReadOnlyPlace(arguments));
    ASSIGN_OR_RETURN(const int preserved, PreservedDescriptors(line));
    RETURN_IF_ERROR(CloseInherited(preserved));
  }
  return OpenLog(line.Get("log"),
                 line.Get("log-format") == "json" ? LogFormat::kJson : LogFormat::kText,
                 line.Has("debug"));
}

Result<int> RunOperation(const CommandLine& line, char** arguments) {
  if (line.Has("help")) return Print(Usage(line.operation));
  if (line.Has("version")) return Print(VersionText());
  if (line.operation.empty()) return Failure("no operation", "see loadline-runtime --help");
  const Verb& verb = *FindVerb(line.operation);
  RETURN_IF_ERROR(Prepare(line, verb, arguments));
  return verb.run(line);
}

int Main(int count, char** arguments) {
  auto line = ParseCommandLine({arguments + 1, arguments + count});
  auto status =
      line.has_value() ? RunOperation(*line, arguments) : Result<int>(std::move(line).error());
  if (status.has_value()) return *status;
  LogError(status.error());
  const Verb* verb = line.has_value() ? FindVerb(line->operation) : nullptr;
  return verb == nullptr ? 1 : verb->failure;
}

}  // namespace
}  // namespace loadline::runtime

int main(int argc, char** argv) { return loadline::runtime::Main(argc, argv); }
