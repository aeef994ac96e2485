// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/pipe.h"
#include "base/unique_fd.h"
#include "conformance/probe/observe.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

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

void SetSignals(const Json& message) {
  for (const std::string name : message.value("ignore", Json::array()))
    signal(SignalNumber(name), SIG_IGN);
  for (const std::string name : message.value("catch", Json::array()))
    signal(SignalNumber(name), NoteSignal);
}

Json Obey(const Json& message, const std::vector<std::string>& arguments) {
  const std::string word = message.value("tell", "");
  if (word == "observe") return {{"probe", ObserveWithArguments(message, arguments)}};
  if (word == "exit") _exit(message.value("code", 0));
  if (word == "log") return {{"logged", Append(kLog, message.value("text", "told") + "\n")}};
  if (word == "signals") return {{"signals", SignalNames()}};
  if (word == "signal") {
    SetSignals(message);
    return {{"signal", "ok"}};
  }
  if (word == "fork") {
    const pid_t pid = fork();
    if (pid == 0) WaitForSignal();
    return {{"forked", pid > 0}};
  }
  for (auto* obey : {ObeyLoad, ObeyMemoryLoad, ObeyProcessLoad, ObeyDiskLoad, ObeyLimitLoad,
                     ObeyLook, ObeyReach, ObeyThreads, ObeyBehave, ObeyWork, ObeyChange,
                     ObeyNeighbours, ObeyRights, ObeyProgram, ObeyNested}) {
    if (Json answer = obey(word, message); !answer.is_null()) return answer;
  }
  return {{"error", "unknown word " + word}};
}

}  // namespace

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool Append(const std::string& path, const std::string& line) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  return fd && write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

// Byte by byte, so that nothing of the following line is taken.
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

void Say(const Json& answer) {
  auto said = WriteAll(STDOUT_FILENO, Line(answer));
  if (!said.has_value()) _exit(1);  // nobody listens
}

Json ObserveWithArguments(const Json& request, const std::vector<std::string>& arguments) {
  Json probe = Observe(request);
  probe["args"] = arguments;
  return probe;
}

void WaitForSignal() {
  while (true) pause();
}

void Serve(const std::vector<std::string>& arguments) {
  received_signals.reserve(256);
  while (const auto line = ReadLine()) {
    const Json message = Json::parse(*line, nullptr, false);
    Say(message.is_object() ? Obey(message, arguments) : Json{{"error", "not a JSON object"}});
  }
}

}  // namespace loadline::probe
