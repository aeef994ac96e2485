// SPDX-License-Identifier: Apache-2.0
// loadline-runtime: an operation of the standard, from a command line to an exit status.
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>

#include "base/files.h"
#include "base/pipe.h"
#include "base/version.h"
#include "reference-runtime/command_line.h"
#include "reference-runtime/documents.h"
#include "reference-runtime/exec.h"
#include "reference-runtime/log.h"
#include "reference-runtime/operations.h"
#include "reference-runtime/own_program.h"
#include "reference-runtime/rootless.h"

namespace loadline::runtime {
namespace {

constexpr size_t kResourcesCap = 1 << 20;

Result<int> Print(const std::string& text) {
  RETURN_IF_ERROR(WriteAll(STDOUT_FILENO, text));
  return 0;
}

std::string Root(const CommandLine& line) { return line.Get("root", DefaultRoot()); }

Result<std::string> Id(const CommandLine& line) {
  if (line.operands.empty())
    return Failure(line.operation + " needs a container id", "see loadline-runtime --help");
  return line.operands[0];
}

Result<int> PreservedDescriptors(const CommandLine& line) {
  const std::string text = line.Get("preserve-fds", "0");
  int count = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || count < 0)
    return Failure("--preserve-fds \"" + text + "\" is not a number of descriptors");
  return count;
}

Result<CreateOptions> CreateOptionsFrom(const CommandLine& line) {
  CreateOptions options;
  options.root = Root(line);
  ASSIGN_OR_RETURN(options.id, Id(line));
  options.bundle = line.Get("bundle", ".");
  options.pid_file = line.Get("pid-file");
  options.console_socket = line.Get("console-socket");
  options.without = line.without;
  options.without_cgroups = line.Get("cgroup-manager") == "disabled";
  return options;
}

Result<int> SignalNumber(const std::string& text) {
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (end != text.c_str() && *end == '\0' && number > 0 && number < NSIG)
    return static_cast<int>(number);
  const std::string name = text.starts_with("SIG") ? text.substr(3) : text;
  for (int candidate = 1; candidate < NSIG; ++candidate) {
    const char* known = sigabbrev_np(candidate);
    if (known != nullptr && name == known) return candidate;
  }
  return Failure("\"" + text + "\" is not a signal", "give a name such as TERM, or a number");
}

Result<int> RunCreate(const CommandLine& line) {
  ASSIGN_OR_RETURN(const CreateOptions options, CreateOptionsFrom(line));
  RETURN_IF_ERROR(Create(options));
  return 0;
}

Result<int> RunStart(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  RETURN_IF_ERROR(Start(Root(line), id, line.without));
  return 0;
}

Result<int> RunRun(const CommandLine& line) {
  ASSIGN_OR_RETURN(const CreateOptions options, CreateOptionsFrom(line));
  return RunContainer(options, line.Has("detach"));
}

Result<int> RunExec(const CommandLine& line) {
  ExecOptions options;
  options.root = Root(line);
  ASSIGN_OR_RETURN(options.id, Id(line));
  options.process_file = line.Get("process");
  options.args.assign(line.operands.begin() + 1, line.operands.end());
  options.cwd = line.Get("cwd");
  options.user = line.Get("user");
  options.terminal = line.Has("tty");
  options.detach = line.Has("detach");
  options.pid_file = line.Get("pid-file");
  options.console_socket = line.Get("console-socket");
  options.without = line.without;
  return Exec(options);
}

Result<int> RunState(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  ASSIGN_OR_RETURN(const Container container, LoadContainer(Root(line), id));
  return Print(StateDocument(container, StatusOf(container)));
}

Result<int> RunKill(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  ASSIGN_OR_RETURN(const int signal,
                   SignalNumber(line.operands.size() > 1 ? line.operands[1] : "TERM"));
  RETURN_IF_ERROR(Kill(Root(line), id, signal, line.Has("all")));
  return 0;
}

Result<int> RunPause(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  RETURN_IF_ERROR(Pause(Root(line), id));
  return 0;
}

Result<int> RunResume(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  RETURN_IF_ERROR(Resume(Root(line), id));
  return 0;
}

Result<int> RunUpdate(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  const std::string file = line.Get("resources");
  if (file.empty())
    return Failure("update needs --resources", "name a file, or - for standard input");
  ASSIGN_OR_RETURN(const std::string text,
                   file == "-" ? ReadFd(STDIN_FILENO, kResourcesCap) : ReadFile(file));
  RETURN_IF_ERROR(Update(Root(line), id, text));
  return 0;
}

Result<int> RunDelete(const CommandLine& line) {
  ASSIGN_OR_RETURN(const std::string id, Id(line));
  RETURN_IF_ERROR(Delete(Root(line), id, line.Has("force"), line.without));
  return 0;
}

Result<int> RunList(const CommandLine& line) {
  const std::vector<Container> containers = ListContainers(Root(line));
  if (line.Has("quiet")) {
    std::string ids;
    for (const Container& container : containers) ids += container.id + "\n";
    return Print(ids);
  }
  return Print(line.Get("format") == "json" ? ListDocument(containers) : ListTable(containers));
}

Result<int> RunFeatures(const CommandLine& line) {
  return Print(line.Has("stages") ? StagesText() : FeaturesDocument());
}

Result<int> RunSpec(const CommandLine& line) {
  const std::string path = line.Get("bundle", ".") + "/config.json";
  if (access(path.c_str(), F_OK) == 0)
    return Failure(path + " exists already", "remove it, or choose another --bundle");
  RETURN_IF_ERROR(WriteFileAtomically(path, SpecDocument()));
  return 0;
}

Result<int> RunOperation(const CommandLine& line, char** arguments) {
  static const std::map<std::string, Result<int> (*)(const CommandLine&)> operations{
      {"create", RunCreate},     {"start", RunStart}, {"run", RunRun},       {"exec", RunExec},
      {"state", RunState},       {"kill", RunKill},   {"delete", RunDelete}, {"list", RunList},
      {"features", RunFeatures}, {"spec", RunSpec},   {"pause", RunPause},   {"resume", RunResume},
      {"update", RunUpdate}};
  if (line.Has("help")) return Print(Usage());
  if (line.Has("version"))
    return Print(std::string("loadline-runtime ") + kVersion + "\nspec: 1.3.0\n");
  if (line.operation.empty()) return Failure("no operation", "see loadline-runtime --help");
  const auto found = operations.find(line.operation);
  if (found == operations.end())
    return Failure("there is no operation " + line.operation, "see loadline-runtime --help");
  for (const char* refused : {"systemd-cgroup", "no-pivot"}) {
    if (line.Has(refused))
      return Failure("--" + std::string(refused) + " is not supported", "leave it out");
  }
  const std::string manager = line.Get("cgroup-manager", "cgroupfs");
  if (manager != "cgroupfs" && manager != "disabled")
    return Failure("--cgroup-manager " + manager + " is not supported", "use cgroupfs or disabled");
  const std::string format = line.Get("log-format", "text");
  if (format != "text" && format != "json")
    return Failure("--log-format " + format + " is not known", "use text or json");
  // These live on in the container.
  if (line.operation == "create" || line.operation == "run" || line.operation == "exec") {
    RETURN_IF_ERROR(RunFromReadOnlyPlace(arguments));
    ASSIGN_OR_RETURN(const int preserved, PreservedDescriptors(line));
    RETURN_IF_ERROR(CloseInherited(preserved));
  }
  RETURN_IF_ERROR(OpenLog(line.Get("log"), format == "json" ? LogFormat::kJson : LogFormat::kText,
                          line.Has("debug")));
  return found->second(line);
}

int Main(int count, char** arguments) {
  auto line = ParseCommandLine({arguments + 1, arguments + count});
  auto status =
      line.has_value() ? RunOperation(*line, arguments) : Result<int>(std::move(line).error());
  if (status.has_value()) return *status;
  LogError(status.error().ToLine());
  return 1;
}

}  // namespace
}  // namespace loadline::runtime

int main(int argc, char** argv) { return loadline::runtime::Main(argc, argv); }
