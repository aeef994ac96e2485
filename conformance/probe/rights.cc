// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe/rights.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {

int OwnRights() {
  const std::string effective = Field(ReadText("/proc/self/status"), "CapEff");
  const bool some = effective.find_first_not_of('0') != std::string::npos;
  return (geteuid() == 0 ? 1 : 0) + (some ? 2 : 0);
}

std::string BecomeOnTerminal(const char* terminal, char** command) {
  // Whoever leads a session gets its first terminal by opening it. The descriptor is not needed.
  const int fd = open(terminal, O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::string(terminal) + ": " + ErrnoName(errno);
  execv(command[0], command);
  return std::string(command[0]) + ": " + ErrnoName(errno);
}

// {"tell": "rights-by", "program": path}: runs a copy of this program, which may be marked to give
// rights. The answer is what OwnRights() says there.
nlohmann::json ObeyRights(const std::string& word, const nlohmann::json& message) {
  if (word != "rights-by") return nullptr;
  const std::string program = message.value("program", "");
  const pid_t pid = fork();
  if (pid == 0) {
    execl(program.c_str(), program.c_str(), "rights", nullptr);
    _exit(127);
  }
  int status = 0;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
    return {{"rights", nullptr}, {"error", "it did not run"}};
  return {{"rights", WEXITSTATUS(status)}};
}

}  // namespace loadline::probe
