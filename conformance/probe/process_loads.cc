// SPDX-License-Identifier: Apache-2.0
// Processes, as many as there can be.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

std::vector<pid_t> kept;

// Children that wait, until there is no further one, at most `most`.
std::string ForkWaiting(int most, std::vector<pid_t>& children) {
  for (int i = 0; i < most; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      WaitForSignal();
    }
    if (pid < 0) return ErrnoName(errno);
    children.push_back(pid);
  }
  return "";
}

void End(std::vector<pid_t>& children) {
  for (const pid_t pid : children) kill(pid, SIGKILL);
  for (const pid_t pid : children) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  children.clear();
}

// Children until there is no further one, at most `most`; then they all end.
Json ForkUntilRefused(const Json& message) {
  std::vector<pid_t> children;
  const std::string refused = ForkWaiting(message.value("most", 1000), children);
  const size_t forked = children.size();
  End(children);
  return {{"forked", forked}, {"refused", refused}};
}

// Children that stay until they are let go.
Json KeepProcesses(const Json& message) {
  const std::string refused = ForkWaiting(message.value("count", 1), kept);
  return {{"kept", kept.size()}, {"refused", refused}};
}

Json LetProcessesGo() {
  const size_t count = kept.size();
  End(kept);
  return {{"ended", count}};
}

// Whoever comes of this does the same. What is refused is tried again, so that whoever is ended is
// replaced at once.
[[noreturn]] void ForkForEver() {
  while (true) {
    if (fork() == 0) continue;
  }
}

// A bomb of forks, that goes on after the answer: the answer comes when this process, too, is
// refused another child. Only a limit of processes stands between it and the machine, so without
// one that was seen to refuse at `most` it does not go off.
Json Bomb(const Json& message) {
  std::vector<pid_t> children;
  const std::string refused = ForkWaiting(message.value("most", 100), children);
  End(children);
  if (refused != "EAGAIN") return {{"bomb", "there is no limit"}};
  const pid_t first = fork();
  if (first == 0) ForkForEver();
  if (first < 0) return {{"bomb", ErrnoName(errno)}};
  while (true) {
    const pid_t pid = fork();
    if (pid == 0) ForkForEver();
    if (pid < 0) return {{"bomb", ErrnoName(errno)}};
  }
}

}  // namespace

Json ObeyProcessLoad(const std::string& word, const Json& message) {
  if (word == "fork-until-refused") return ForkUntilRefused(message);
  if (word == "keep-processes") return KeepProcesses(message);
  if (word == "let-processes-go") return LetProcessesGo();
  if (word == "bomb") return Bomb(message);
  return nullptr;
}

}  // namespace loadline::probe
