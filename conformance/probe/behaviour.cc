// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/behaviour.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/pipe.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"

namespace loadline::probe {
namespace {

constexpr int kSeconds = 5;  // for one behaviour, on a machine that has a lot to do
constexpr size_t kAnswerCap = 4096;

// The answer, which is one write. What a behaviour leaves behind may hold the other end for ever,
// so its end is not waited for.
std::string ReadAnswer(int fd) {
  std::string text(kAnswerCap, '\0');
  pollfd entry{fd, POLLIN, 0};
  const int ready = poll(&entry, 1, (kSeconds + 1) * 1000);
  const ssize_t count = ready > 0 ? read(fd, text.data(), text.size()) : 0;
  text.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
  return text;
}

// In the child: whatever it does, it ends, with all that it started.
[[noreturn]] void GiveAnswer(const Behaviour& behaviour, int answer) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(kSeconds);
  const std::string text = behaviour.observe();
  (void)!write(answer, text.data(), text.size());
  _exit(0);
}

}  // namespace

std::string Observe(const Behaviour& behaviour) {
  char directory[] = "/tmp/loadline-XXXXXX";
  if (mkdtemp(directory) == nullptr) return "no directory";
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    if (chdir(directory) != 0) _exit(1);
    GiveAnswer(behaviour, ends[1]);
  }
  close(ends[1]);
  std::string answer = pid < 0 ? "no child" : ReadAnswer(ends[0]);
  close(ends[0]);
  int status = 0;
  if (pid > 0 && answer.empty()) kill(pid, SIGKILL);  // it has ended, or never will
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (pid > 0) kill(-pid, SIGKILL);  // what it left behind
  if (status != 0) answer = AnswerOf(status) + (answer.empty() ? "" : " after " + answer);
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return answer;
}

nlohmann::json ObeyBehave(const std::string& word, const nlohmann::json& message) {
  if (word != "behave") return nullptr;
  for (const BehaviourArea& area : AllBehaviours()) {
    if (area.name != message.value("area", "")) continue;
    for (const Behaviour& behaviour : area.behaviours) {
      if (message.value("name", "") != behaviour.name) continue;
      if (message.value("calls", false)) return {{"calls", CallsOf(behaviour)}};
      return {{"behaved", Observe(behaviour)}};
    }
  }
  return {{"error", "there is no such behaviour"}};
}

}  // namespace loadline::probe
