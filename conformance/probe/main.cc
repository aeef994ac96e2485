// SPDX-License-Identifier: Apache-2.0
// loadline-probe: the program that runs inside the container and as its hooks.
//   observe [--serve] […]  reads one request, writes one observation; --serve goes on with messages
//   serve                  says that it is ready and takes messages (serve.h)
//   hook --log FILE [--observe] [--container] [--groups PATH] [--fail] [--hang]
//                          [--daemon] [--deaf] [--parent] [--orphan] KIND NAME
//                          reads the state (deaf: closes its streams instead), appends "parent:PID"
//                          when asked to and "KIND:NAME" to the log; its orphan appends
//                          "orphan:PID", and ends
//   twin [--confined] BUNDLE
//                          becomes the native twin of the bundle's container (twin.h)
//   launch … -- PROGRAM …  becomes the program, watched and in narrow conditions (launch.h)
//   on-terminal TERMINAL COMMAND…
//                          becomes the command, with the terminal as its controlling one
//   rights                 tells by its exit status what rights it has (rights.h)
//   nest DEPTH [--users]   makes the namespaces of containers in containers by hand (nest.h)
//   apart BUNDLE           the native twin as process 1 of namespaces of its own (nest.h)
//   nothing                ends at once
//   wait                   waits for a signal
//   --version              names its version and commit
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/files.h"
#include "base/pipe.h"
#include "base/version.h"
#include "conformance/probe/launch.h"
#include "conformance/probe/nest.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/rights.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/twin.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

int RunObserve(const std::vector<std::string>& arguments) {
  const bool serve = std::find(arguments.begin(), arguments.end(), "--serve") != arguments.end();
  Append(kLog, "process\n");
  const auto request = ReadLine();
  Say({{"probe",
        ObserveWithArguments(request ? Json::parse(*request, nullptr, false) : Json::object(),
                             arguments)}});
  if (serve) Serve(arguments);
  return 0;
}

int RunServe(const std::vector<std::string>& arguments) {
  Say({{"ready", true}});
  Serve(arguments);
  return 0;
}

struct HookArguments {
  std::string log;
  bool observe = false;
  bool container = false;
  bool fail = false;
  bool hang = false;
  bool daemon = false;
  bool deaf = false;
  bool parent = false;
  bool orphan = false;
  std::string groups;              // whose directories are looked for
  std::vector<std::string> words;  // KIND NAME
};

HookArguments ParseHook(const std::vector<std::string>& arguments) {
  HookArguments hook;
  for (size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "--log" && i + 1 < arguments.size()) {
      hook.log = arguments[++i];
    } else if (arguments[i] == "--groups" && i + 1 < arguments.size()) {
      hook.groups = arguments[++i];
    } else if (arguments[i] == "--observe") {
      hook.observe = true;
    } else if (arguments[i] == "--container") {
      hook.container = true;
    } else if (arguments[i] == "--fail") {
      hook.fail = true;
    } else if (arguments[i] == "--hang") {
      hook.hang = true;
    } else if (arguments[i] == "--daemon") {
      hook.daemon = true;
    } else if (arguments[i] == "--deaf") {
      hook.deaf = true;
    } else if (arguments[i] == "--parent") {
      hook.parent = true;
    } else if (arguments[i] == "--orphan") {
      hook.orphan = true;
    } else {
      hook.words.push_back(arguments[i]);
    }
  }
  return hook;
}

void CloseStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(stream);
}

// A process whose parent ends before it does: it says so and ends, for process 1 to reap.
void LeaveOrphan(const std::string& log) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0 || fork() != 0) return;  // the parent's end closes with it
  setsid();
  close(ends[1]);
  char byte = 0;
  while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
  }
  _exit(Append(log, "orphan:" + std::to_string(getpid()) + "\n") ? 0 : 1);
}

int RunHook(const std::vector<std::string>& arguments) {
  const HookArguments hook = ParseHook(arguments);
  if (hook.words.size() < 2 || hook.log.empty()) return 2;
  if (hook.deaf) CloseStreams();
  auto state = ReadFd(STDIN_FILENO, 1 << 20);
  if (hook.parent && !Append(hook.log, "parent:" + std::to_string(getppid()) + "\n")) return 3;
  if (!Append(hook.log, hook.words[0] + ":" + hook.words[1] + "\n")) return 3;
  if (hook.observe) {
    Json document{{"probe", ObserveWithArguments(Json::object(), arguments)}};
    const Json parsed = state.has_value() ? Json::parse(*state, nullptr, false) : Json();
    if (!parsed.is_discarded()) document["state"] = parsed;
    if (hook.container && parsed.is_object() && parsed.value("pid", Json()).is_number_integer()) {
      const std::string pid = parsed["pid"].dump();
      document["container"] = {{"mounts", ObserveMountsOf(pid)}};
    }
    if (!hook.groups.empty()) document["groups"] = ObserveGroups(hook.groups);
    auto written = WriteFileAtomically(hook.log + "." + hook.words[1] + ".json", Line(document));
    if (!written.has_value()) return 4;
  }
  if (hook.orphan) LeaveOrphan(hook.log);
  if (hook.hang) WaitForSignal();
  if (hook.daemon && fork() == 0) {
    setsid();
    CloseStreams();
    WaitForSignal();
  }
  return hook.fail ? 1 : 0;
}

}  // namespace
}  // namespace loadline::probe

int main(int argc, char** argv) {
  using namespace loadline::probe;
  if (argc == 2 && std::string_view(argv[1]) == "nothing") return 0;
  signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv, argv + argc);
  const std::string verb = argc > 1 ? arguments[1] : "";
  if (verb == "--version") {
    const std::string line = std::string("loadline-probe ") + loadline::kVersionAndCommit + "\n";
    return loadline::WriteAll(STDOUT_FILENO, line).has_value() ? 0 : 1;
  }
  if (verb == "observe") return RunObserve(arguments);
  if (verb == "serve") return RunServe(arguments);
  if (verb == "hook") return RunHook(arguments);
  if (verb == "wait") WaitForSignal();
  if (verb == "rights") return OwnRights();
  if (verb == "nest" && argc > 2) return Nest(arguments);
  if (verb == "apart" && argc == 3) return Apart(argv[2]);
  std::string wrong =
      "say observe, serve, hook, twin, launch, on-terminal, rights, nest, apart or wait";
  if (verb == "launch") wrong = Launch(arguments);
  if (verb == "on-terminal" && argc > 3) wrong = BecomeOnTerminal(argv[2], argv + 3);
  if (verb == "twin" && argc > 2) wrong = BecomeTwin(argv[argc - 1], arguments[2] == "--confined");
  (void)loadline::WriteAll(STDERR_FILENO, "loadline-probe: " + wrong + "\n").has_value();
  return 2;
}
