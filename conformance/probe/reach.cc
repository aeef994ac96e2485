// SPDX-License-Identifier: Apache-2.0
// What a process can reach beyond files and sockets: processes by their number, message queues by
// their name. Nobody is disturbed: a process gets no signal and is not stopped.
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/ptrace.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

Json FindProcess(const Json& message) {
  const pid_t pid = message.value("pid", 0);
  if (pid <= 1) return {{"error", "not a process of somebody else"}};
  return {{"found", kill(pid, 0) == 0 ? "ok" : ErrnoName(errno)}};
}

// The end of the child that does it lets go of the process again.
Json TraceProcess(const Json& message) {
  const pid_t pid = message.value("pid", 0);
  if (pid <= 1) return {{"error", "not a process of somebody else"}};
  return {{"traced", InChild([pid] {
             return ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0 ? 0 : errno;
           })}};
}

Json FindQueue(const Json& message) {
  const mqd_t queue = mq_open(message.value("name", "").c_str(), O_RDONLY | O_CLOEXEC);
  const std::string answer = queue >= 0 ? "ok" : ErrnoName(errno);
  if (queue >= 0) mq_close(queue);
  return {{"found", answer}};
}

}  // namespace

Json ObeyReach(const std::string& word, const Json& message) {
  if (word == "find-process") return FindProcess(message);
  if (word == "trace-process") return TraceProcess(message);
  if (word == "find-queue") return FindQueue(message);
  return nullptr;
}

}  // namespace loadline::probe
