// SPDX-License-Identifier: Apache-2.0
// loadline-probe: the program that runs inside the container and as its hooks.
//   observe [--serve] […]                        reads one request, writes one observation; with
//   --serve goes on taking messages hook --log FILE [--observe] [--fail] [--hang] KIND NAME   reads
//   the state, appends "KIND:NAME" to the log wait                                         waits
//   for a signal
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
#include "conformance/probe/observe.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr char kLog[] = "/.loadline-log";

// Foreign bytes (a file's content) need not be UTF-8.
std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool Append(const std::string& path, const std::string& line) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  return fd && write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

// The next line of standard input, byte by byte so that nothing of the following one is taken. None
// at the end of the input.
std::optional<std::string> ReadLine() {
  std::string line;
  char byte = 0;
  while (true) {
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return line.empty() ? std::nullopt : std::optional(line);
    if (byte == '\n' || byte == '\4')
      return byte == '\4' && line.empty() ? std::nullopt : std::optional(line);
    if (byte != '\r') line += byte;
  }
}

[[noreturn]] void WaitForSignal() {
  while (true) pause();
}

void Say(const Json& answer) {
  auto said = WriteAll(STDOUT_FILENO, Line(answer));
  if (!said.has_value()) _exit(1);  // nobody listens
}

Json ObserveWithArguments(const Json& request, const std::vector<std::string>& arguments) {
  Json probe = Observe(request);
  probe["args"] = arguments;
  return probe;
}

int SignalNumber(const std::string& name) {
  for (int number = 1; number < NSIG; ++number) {
    const char* known = sigabbrev_np(number);
    if (known != nullptr && name == "SIG" + std::string(known)) return number;
  }
  return 0;
}

std::string received_signals;

void NoteSignal(int number) {
  // One byte per signal; turned into names when it is asked for.
  received_signals.push_back(static_cast<char>(number));
}

Json SignalNames() {
  Json names = Json::array();
  for (const char number : received_signals)
    names.push_back("SIG" + std::string(sigabbrev_np(number)));
  return names;
}

// What can be told: {"tell": WORD, …}. The answer is one line.
Json Obey(const Json& message, const std::vector<std::string>& arguments) {
  const std::string word = message.value("tell", "");
  if (word == "observe") return {{"probe", ObserveWithArguments(message, arguments)}};
  if (word == "exit") _exit(message.value("code", 0));
  if (word == "log") return {{"logged", Append(kLog, message.value("text", "told") + "\n")}};
  if (word == "signals") return {{"signals", SignalNames()}};
  if (word == "signal") {
    for (const std::string name : message.value("ignore", Json::array()))
      signal(SignalNumber(name), SIG_IGN);
    for (const std::string name : message.value("catch", Json::array()))
      signal(SignalNumber(name), NoteSignal);
    return {{"signal", "ok"}};
  }
  if (word == "fork") {
    const pid_t pid = fork();
    if (pid == 0) WaitForSignal();
    return {{"forked", pid > 0}};
  }
  return {{"error", "unknown word " + word}};
}

int RunObserve(const std::vector<std::string>& arguments) {
  const bool serve = std::find(arguments.begin(), arguments.end(), "--serve") != arguments.end();
  received_signals.reserve(256);
  Append(kLog, "process\n");
  const auto request = ReadLine();
  Say({{"probe",
        ObserveWithArguments(request ? Json::parse(*request, nullptr, false) : Json::object(),
                             arguments)}});
  while (serve) {
    const auto line = ReadLine();
    if (!line) break;
    const Json message = Json::parse(*line, nullptr, false);
    Say(message.is_object() ? Obey(message, arguments) : Json{{"error", "not a JSON object"}});
  }
  return 0;
}

struct HookArguments {
  std::string log;
  bool observe = false;
  bool fail = false;
  bool hang = false;
  std::vector<std::string> words;  // KIND NAME
};

HookArguments ParseHook(const std::vector<std::string>& arguments) {
  HookArguments hook;
  for (size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "--log" && i + 1 < arguments.size()) {
      hook.log = arguments[++i];
    } else if (arguments[i] == "--observe") {
      hook.observe = true;
    } else if (arguments[i] == "--fail") {
      hook.fail = true;
    } else if (arguments[i] == "--hang") {
      hook.hang = true;
    } else {
      hook.words.push_back(arguments[i]);
    }
  }
  return hook;
}

int RunHook(const std::vector<std::string>& arguments) {
  const HookArguments hook = ParseHook(arguments);
  if (hook.words.size() < 2 || hook.log.empty()) return 2;
  auto state = ReadFd(STDIN_FILENO, 1 << 20);
  if (!Append(hook.log, hook.words[0] + ":" + hook.words[1] + "\n")) return 3;
  if (hook.observe) {
    Json document{{"probe", ObserveWithArguments(Json::object(), arguments)}};
    const Json parsed = state.has_value() ? Json::parse(*state, nullptr, false) : Json();
    if (!parsed.is_discarded()) document["state"] = parsed;
    auto written = WriteFileAtomically(hook.log + "." + hook.words[1] + ".json", Line(document));
    if (!written.has_value()) return 4;
  }
  if (hook.hang) WaitForSignal();
  return hook.fail ? 1 : 0;
}

}  // namespace
}  // namespace loadline::probe

int main(int argc, char** argv) {
  using namespace loadline::probe;
  signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv, argv + argc);
  const std::string verb = argc > 1 ? arguments[1] : "";
  if (verb == "observe") return RunObserve(arguments);
  if (verb == "hook") return RunHook(arguments);
  if (verb == "wait") WaitForSignal();
  loadline::WriteAll(STDERR_FILENO, "loadline-probe: say observe, hook or wait\n").has_value();
  return 2;
}
