// SPDX-License-Identifier: Apache-2.0
// loadline-mutant: makes any OCI runtime behave badly in one chosen way, and otherwise as it does.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/version.h"
#include "conformance/mutants/mutations.h"
#include "conformance/mutants/spoiled_document.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

constexpr int kWrongUsage = 2;
constexpr int kOwnDefect = 125;  // no runtime of ours or others ends like this

constexpr const char* kUsage =
    R"(usage: loadline-mutant [--drop POINTER | --replace POINTER=JSON | --wrong POINTER=JSON | --mutation NAME]... --
                       RUNTIME ARGUMENT...
       loadline-mutant --list | --version
RUNTIME then behaves as if the property at POINTER (RFC 6901; * is any element, {key=value} or {value} chosen
ones) were absent from config.json, or had the value JSON, or a wrong one (the first of the list JSON that it has
not; for null its neighbour), or it misbehaves as NAME says. The rest is untouched.
)";

struct Options {
  Changes changes;
  std::string as_hook;  // we were started in the place of a hook
  bool list = false;
  std::vector<std::string> command;
};

// The text is POINTER=JSON.
Result<Change> ParseChange(const std::string& option, Change::Kind kind, const std::string& text) {
  // The braces of a pointer may hold '=', JSON may too: the value begins after the first '=' that
  // is in no braces.
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}') --depth;
    if (text[i] != '=' || depth != 0) continue;
    const json value = json::parse(text.substr(i + 1), nullptr, false);
    if (value.is_discarded()) break;
    ASSIGN_OR_RETURN(PointerPattern pattern, PointerPattern::Parse(text.substr(0, i)));
    return Change{std::move(pattern), kind, value};
  }
  return Failure(option + " \"" + text + "\" is no POINTER=JSON",
                 "write it like /process/cwd='\"/\"'");
}

Result<void> TakeOption(Options& options, const std::string& name, const std::string& value) {
  if (name == "--drop") {
    ASSIGN_OR_RETURN(PointerPattern pattern, PointerPattern::Parse(value));
    options.changes.changes.push_back({std::move(pattern)});
  } else if (name == "--replace" || name == "--wrong") {
    const auto kind = name == "--wrong" ? Change::Kind::kWrong : Change::Kind::kReplace;
    ASSIGN_OR_RETURN(Change change, ParseChange(name, kind, value));
    options.changes.changes.push_back(std::move(change));
  } else if (name == "--mutation") {
    options.changes.mutation = FindMutation(value);
    if (options.changes.mutation == nullptr)
      return Failure("there is no mutation " + value, "loadline-mutant --list names them");
  } else if (name == "--as-hook") {
    options.as_hook = value;
  } else {
    return Failure("unknown option " + name, "loadline-mutant --help shows the options");
  }
  return {};
}

Result<Options> Parse(const std::vector<std::string>& arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--list") {
      options.list = true;
      return options;
    }
    if (arguments[i] == "--") {
      options.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             arguments.end());
      break;
    }
    if (i + 1 == arguments.size()) return Failure(arguments[i] + " needs a value");
    RETURN_IF_ERROR(TakeOption(options, arguments[i], arguments[i + 1]));
    ++i;
  }
  if (options.command.empty()) return Failure("there is no runtime", "name it after --");
  return options;
}

// The command is the hook's path followed by its arguments, the first of which is its name.
Result<ExitStatus> RunHook(const Options& options) {
  if (options.as_hook == "deaf") {
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) return CallError("dup2", "/dev/null");
  }
  std::vector<std::string> argv = options.command;
  if (argv.size() > 1) argv.erase(argv.begin() + 1);
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(argv));
  return options.as_hook == "never-fail" ? ExitStatus{} : status;
}

Result<ExitStatus> Run(const Options& options) {
  if (!options.as_hook.empty()) return RunHook(options);
  const RuntimeCall call = RuntimeCall::Parse(options.command);
  const Mutation* mutation = options.changes.mutation;
  if (mutation != nullptr && mutation->act != nullptr && mutation->Spoils(call.verb))
    return mutation->act(call);
  ASSIGN_OR_RETURN(const std::optional<SwappedFile> swapped, SpoilDocument(call, options.changes));
  if (!swapped) return Become(call.argv);
  return RunInPlace(call.argv);
}

int Main(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == "--help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (!arguments.empty() && arguments[0] == "--version") {
    std::printf("loadline-mutant %s\n", kVersionAndCommit);
    return 0;
  }
  auto options = Parse(arguments);
  if (!options) {
    std::fprintf(stderr, "loadline-mutant: %s\n", options.error().ToLine().c_str());
    return kWrongUsage;
  }
  if (options->list) {
    for (const Mutation& mutation : Mutations())
      std::printf("%-28s %s\n", mutation.name, mutation.summary);
    return 0;
  }
  auto status = Run(*options);
  if (!status) {
    std::fprintf(stderr, "loadline-mutant: %s\n", status.error().ToLine().c_str());
    return kOwnDefect;
  }
  EndLike(*status);
}

}  // namespace
}  // namespace loadline::mutants

int main(int argc, char** argv) { return loadline::mutants::Main({argv + 1, argv + argc}); }
