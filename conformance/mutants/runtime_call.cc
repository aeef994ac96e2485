// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/runtime_call.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace loadline::mutants {
namespace {

constexpr const char* kVerbs[] = {"create", "start", "state",  "kill",   "delete", "run",
                                  "exec",   "pause", "resume", "update", "ps",     "features"};
constexpr int kCannotExec = 127;

// Where the value of an option goes; null for options whose value does not matter here.
struct ValueOption {
  const char* names[2];
  std::string RuntimeCall::*target;
};
constexpr ValueOption kValueOptions[] = {
    {{"--bundle", "-b"}, &RuntimeCall::bundle},
    {{"--pid-file", "--pid-file"}, &RuntimeCall::pid_file},
    {{"--process", "-p"}, &RuntimeCall::process_file},
    {{"--resources", "-r"}, &RuntimeCall::resources_file},
    {{"--console-socket", "--console-socket"}, nullptr},
    {{"--preserve-fds", "--preserve-fds"}, nullptr},
};

// Takes the option at `at`, with its value; false when it is none that has a value.
bool TakeValueOption(RuntimeCall& call, size_t& at) {
  const std::string& text = call.argv[at];
  for (const ValueOption& option : kValueOptions) {
    for (const char* name : option.names) {
      std::string value;
      if (text == name && at + 1 < call.argv.size()) {
        value = call.argv[++at];
      } else if (text.starts_with(std::string(name) + "=")) {
        value = text.substr(text.find('=') + 1);
      } else {
        continue;
      }
      if (option.target != nullptr) call.*option.target = value;
      return true;
    }
  }
  return false;
}

std::vector<char*> Pointers(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Waits for the child; every signal that somebody sends us meanwhile is sent on. What the terminal
// sends reaches the child by itself.
ExitStatus HandSignalsOn(pid_t child, const sigset_t& blocked) {
  while (true) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&blocked, &info);
    if (signal > 0 && signal != SIGCHLD) {
      if (info.si_code == SI_USER || info.si_code == SI_QUEUE) kill(child, signal);
      continue;
    }
    int status = 0;
    if (signal == SIGCHLD && waitpid(child, &status, WNOHANG) == child)
      return WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)}
                                 : ExitStatus{WEXITSTATUS(status), 0};
  }
}

}  // namespace

RuntimeCall RuntimeCall::Parse(std::vector<std::string> argv) {
  RuntimeCall call;
  call.argv = std::move(argv);
  const auto is_verb = [](const std::string& text) {
    return std::find(std::begin(kVerbs), std::end(kVerbs), text) != std::end(kVerbs);
  };
  const auto verb = std::find_if(call.argv.begin(), call.argv.end(), is_verb);
  call.globals.assign(call.argv.begin(), verb);
  if (verb == call.argv.end()) return call;
  call.verb = *verb;
  for (auto at = static_cast<size_t>(verb - call.argv.begin()) + 1; at < call.argv.size(); ++at) {
    if (TakeValueOption(call, at)) continue;
    const std::string& text = call.argv[at];
    if (text == "--force" || text == "-f") call.force = true;
    if (!text.starts_with("-") && call.id.empty()) call.id = text;
  }
  if (call.bundle.empty()) call.bundle = ".";
  return call;
}

std::vector<std::string> RuntimeCall::Other(
    const std::vector<std::string>& verb_and_arguments) const {
  std::vector<std::string> other = globals;
  other.insert(other.end(), verb_and_arguments.begin(), verb_and_arguments.end());
  return other;
}

Result<ExitStatus> RunInPlace(const std::vector<std::string>& argv) {
  const std::vector<char*> pointers = Pointers(argv);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return CallError("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kCannotExec);
    // Socket activation names the process that the sockets are for.
    const char* listener = getenv("LISTEN_PID");
    if (listener != nullptr && std::to_string(parent) == listener)
      setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    execvp(pointers[0], pointers.data());
    _exit(kCannotExec);
  }
  const ExitStatus status = HandSignalsOn(child, all);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return status;
}

Result<RunOutcome> RunQuietly(const std::vector<std::string>& argv) {
  RunOptions options;
  options.spawn.argv = argv;
  options.spawn.environment = CurrentEnvironment();
  options.spawn.new_session = false;
  return RunToEnd(options);
}

Error Become(const std::vector<std::string>& argv) {
  execvp(Pointers(argv)[0], Pointers(argv).data());
  return CallError("execvp", argv[0]).Hint("give the runtime by its path");
}

void EndLike(const ExitStatus& status) {
  if (status.signal == 0) exit(status.code);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(status.signal, SIG_DFL);
  raise(status.signal);
  exit(128 + status.signal);
}

}  // namespace loadline::mutants
