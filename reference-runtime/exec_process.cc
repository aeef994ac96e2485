// SPDX-License-Identifier: Apache-2.0
// What exec is to run: a file that says it all, or the container's own process with changes.
#include <fcntl.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "reference-runtime/config.h"
#include "reference-runtime/exec.h"
#include "reference-runtime/users.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// The root of the container's process, as it was while that process lived.
Result<UniqueFd> OpenRootOf(const Container& container) {
  ASSIGN_OR_RETURN(UniqueFd root,
                   Open("/proc/" + std::to_string(container.pid) + "/root", O_PATH | O_DIRECTORY));
  // Opened first and compared then: the pid may be another process's by now.
  ASSIGN_OR_RETURN(const UniqueFd living, OpenProcess(container));
  (void)living;
  return root;
}

Result<void> ChangeUser(const ExecOptions& options, const Container& container, UserSpec& user) {
  if (!options.user.empty()) {
    Users users("", "");
    if (HasNames(options.user)) {
      ASSIGN_OR_RETURN(const UniqueFd root, OpenRootOf(container));
      ASSIGN_OR_RETURN(users, Users::Read(root.get()));
    }
    RETURN_IF_ERROR(ChooseUser(options.user, users, user));
  }
  for (const std::string& list : options.additional_gids) {
    for (const std::string& text : SplitText(list, ',')) {
      gid_t gid = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), gid);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return Failure("--additional-gids \"" + text + "\" is not a group's number");
      user.additional_gids.push_back(gid);
    }
  }
  return {};
}

// A variable that is there already gets the new value.
Result<void> ChangeEnvironment(const ExecOptions& options, std::vector<std::string>& environment) {
  for (const std::string& variable : options.environment) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos || equals == 0)
      return Failure("--env \"" + variable + "\" is not NAME=VALUE");
    const std::string name = variable.substr(0, equals + 1);
    std::erase_if(environment, [&](const std::string& other) { return other.starts_with(name); });
    environment.push_back(variable);
  }
  return {};
}

// Ambient capabilities have to be inheritable, and the callers who pass --cap do not expect to
// change what is inherited.
Result<void> AddCapabilities(const ExecOptions& options, ProcessSpec& process) {
  for (const std::string& name : options.capabilities) {
    const auto number = CapabilityNumber(name);
    if (!number)
      return Failure("--cap \"" + name + "\" is not a capability", "features lists them");
    if (!process.capabilities) continue;  // it has all that the caller has
    CapabilitySets& sets = *process.capabilities;
    const uint64_t bit = uint64_t{1} << *number;
    for (uint64_t* set : {&sets.bounding, &sets.effective, &sets.permitted}) *set |= bit;
    sets.ambient |= bit & sets.inheritable;
  }
  return {};
}

Result<void> ChangeOwnProcess(const ExecOptions& options, Context& context) {
  if (options.args.empty())
    return Failure("exec has nothing to run", "name a command, or a file with --process");
  if (!context.config.process) context.config.process.emplace();
  ProcessSpec& process = *context.config.process;
  process.args = options.args;
  process.terminal = options.terminal;
  process.console_size.reset();
  if (!options.cwd.empty()) process.cwd = options.cwd;
  if (process.cwd.empty() || process.cwd[0] != '/')
    return Failure("--cwd \"" + process.cwd + "\" is not absolute", "begin it with /");
  if (options.no_new_privileges) process.no_new_privileges = *options.no_new_privileges;
  RETURN_IF_ERROR(ChangeEnvironment(options, process.environment));
  RETURN_IF_ERROR(AddCapabilities(options, process));
  return ChangeUser(options, context.container, process.user);
}

}  // namespace

Result<void> ChooseProcess(const ExecOptions& options, Context& context) {
  if (options.process_file.empty()) return ChangeOwnProcess(options, context);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.process_file));
  return ReplaceProcess(text, context.config);
}

Result<std::map<std::string, std::string>> ReadSubGroups(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> groups;
  for (const std::string& text : texts) {
    const size_t colon = text.find(':');
    const std::string path = colon == std::string::npos ? text : text.substr(colon + 1);
    const auto names = colon == std::string::npos ? std::vector<std::string>{""}
                                                  : SplitText(text.substr(0, colon), ',');
    if (colon == std::string::npos && texts.size() > 1)
      return Failure("--cgroup \"" + text + "\" names no controller",
                     "with several of them write each as CONTROLLER:PATH");
    for (const std::string& name : names) {
      if (colon != std::string::npos && name.empty())
        return Failure("--cgroup \"" + text + "\" has a controller without a name");
      if (!groups.emplace(name, CleanPath("/" + path)).second)
        return Failure("--cgroup names the controller " + name + " twice", "keep one of them");
    }
    if (names.empty()) return Failure("--cgroup \"" + text + "\" has a controller without a name");
  }
  return groups;
}

}  // namespace loadline::runtime
