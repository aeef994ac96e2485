// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/command_line.h"

#include <algorithm>

#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

struct Option {
  std::string_view operations;  // "" is global; otherwise the operations that take it
  std::string_view name;
  std::string_view letter;
  bool takes_value;
  std::string_view help;
};

constexpr Option kOptions[] = {
    {"", "root", "", true, "where the state of containers is kept (default /run/loadline)"},
    {"", "log", "", true, "write messages to this file"},
    {"", "log-format", "", true, "text or json"},
    {"", "debug", "", false, "log how long each stage took"},
    {"", "cgroup-manager", "", true, "cgroupfs (default) or disabled"},
    {"", "systemd-cgroup", "", false, "refused: groups are made by cgroupfs alone"},
    {"", "without-stage", "", true, "leave out a stage of the tables; for tests"},
    {"", "version", "v", false, "print the version"},
    {"", "help", "h", false, "print this text"},
    {"create run spec", "bundle", "b", true, "directory of the bundle (default: here)"},
    {"create run exec", "console-socket", "", true, "unix socket that receives the terminal"},
    {"create run exec", "pid-file", "", true, "file that receives the pid"},
    {"create run exec", "preserve-fds", "", true, "descriptors from 3 on that the payload keeps"},
    {"create run", "no-new-keyring", "", false, "accepted: no keyring is made"},
    {"create run", "no-pivot", "", false, "refused: the root is always pivoted"},
    {"run exec", "detach", "d", false, "return when the payload runs"},
    {"exec", "process", "p", true, "file with the process to run, as config.json would hold it"},
    {"exec", "cwd", "", true, "working directory (default: the container's)"},
    {"exec", "user", "u", true, "UID[:GID] (default: the container's)"},
    {"exec", "tty", "t", false, "give it a terminal"},
    {"kill", "all", "a", false, "signal every process of the container's groups"},
    {"delete", "force", "f", false, "kill first; a container that does not exist is fine"},
    {"list", "format", "f", true, "table or json"},
    {"list", "quiet", "q", false, "ids only"},
    {"update", "resources", "r", true, "file with the new linux.resources; - for standard input"},
    {"features", "stages", "", false, "print the tables of stages"},
};

constexpr std::string_view kOperations[][2] = {
    {"create", "ID: make a container and let it wait"},
    {"start", "ID: run its program"},
    {"run", "ID: create, start, wait, delete"},
    {"exec", "ID [COMMAND…]: run one more program in it"},
    {"state", "ID: its state, as JSON"},
    {"kill", "ID [SIGNAL]: send a signal"},
    {"pause", "ID: stop its processes"},
    {"resume", "ID: let them go on"},
    {"update", "ID: change its limits"},
    {"delete", "ID: remove a stopped container"},
    {"list", "the containers below --root"},
    {"features", "what this runtime can do"},
    {"spec", "write a config.json to begin with"},
};

bool Takes(const Option& option, const std::string& operation) {
  if (option.operations.empty()) return true;
  return !operation.empty() &&
         (" " + std::string(option.operations) + " ").find(" " + operation + " ") !=
             std::string::npos;
}

const Option* FindOption(const std::string& operation, const std::string& name) {
  const auto* found =
      std::find_if(std::begin(kOptions), std::end(kOptions), [&](const Option& option) {
        return Takes(option, operation) &&
               (option.name == name || (!option.letter.empty() && option.letter == name));
      });
  return found == std::end(kOptions) ? nullptr : found;
}

bool IsStage(const std::string& name) {
  for (const Table& table : AllTables()) {
    for (const Stage& stage : table.stages) {
      if (stage.name == name) return true;
    }
  }
  return false;
}

}  // namespace

Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  bool options_end = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (options_end || argument.size() < 2 || argument[0] != '-') {
      if (line.operation.empty()) {
        line.operation = argument;
      } else {
        line.operands.push_back(argument);
        // What follows the container of exec is the program's own.
        options_end = options_end || line.operation == "exec";
      }
      continue;
    }
    if (argument == "--") {
      options_end = true;
      continue;
    }
    const std::string text = argument.substr(argument[1] == '-' ? 2 : 1);
    const size_t equals = text.find('=');
    const Option* option = FindOption(line.operation, text.substr(0, equals));
    if (option == nullptr)
      return Failure("there is no option " + argument, "see loadline-runtime --help");
    std::string value = equals == std::string::npos ? "true" : text.substr(equals + 1);
    if (option->takes_value && equals == std::string::npos) {
      if (i + 1 == arguments.size())
        return Failure(argument + " needs a value", "see loadline-runtime --help");
      value = arguments[++i];
    }
    if (!option->takes_value && value != "true" && value != "false")
      return Failure(argument + " takes no value", "see loadline-runtime --help");
    if (option->name == "without-stage") {
      if (!IsStage(value))
        return Failure("there is no stage " + value, "see loadline-runtime features --stages");
      line.without.push_back(value);
    } else if (option->takes_value || value == "true") {
      line.options[std::string(option->name)] = value;
    }
  }
  return line;
}

std::string Usage() {
  std::string text = "loadline-runtime [OPTION…] OPERATION [OPTION…] [ID]: a small OCI runtime\n\n";
  for (const auto& [name, help] : kOperations)
    text +=
        "  " + std::string(name) + std::string(10 - name.size(), ' ') + std::string(help) + "\n";
  text += "\n";
  for (const Option& option : kOptions) {
    std::string left = "--" + std::string(option.name) + (option.takes_value ? " VALUE" : "");
    if (!option.letter.empty()) left = "-" + std::string(option.letter) + ", " + left;
    text += "  " + left + std::string(left.size() < 26 ? 26 - left.size() : 1, ' ') +
            std::string(option.help);
    text += option.operations.empty() ? "\n" : " (" + std::string(option.operations) + ")\n";
  }
  return text;
}

}  // namespace loadline::runtime
