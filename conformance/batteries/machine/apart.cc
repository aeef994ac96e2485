// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/machine/apart.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "base/pipe.h"
#include "conformance/harness/strict_json.h"

namespace loadline::conformance::machine {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kKillTime{20};
constexpr size_t kShown = 200;  // bytes of what it said

}  // namespace

Result<Apart> Apart::Start(const std::string& probe, const std::string& bundle,
                           std::chrono::seconds time) {
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(Pipe errors, MakePipe());
  SpawnOptions spawn;
  spawn.argv = {probe, "apart", bundle};
  spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  spawn.directory = "/";
  spawn.standard_output = output.write.get();
  spawn.standard_error = errors.write.get();
  spawn.dies_with_parent = false;
  ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(spawn));
  Apart apart(std::move(process), std::move(output.read), std::move(errors.read));
  output.write.Reset();
  errors.write.Reset();
  const json said = apart.Hear(Deadline::After(time));
  apart.init_ = said.value("pid", pid_t{-1});
  if (apart.init_ < 0) return Failure("no namespaces could be made: " + apart.Errors());
  apart.pidfd_.Reset(static_cast<int>(syscall(SYS_pidfd_open, apart.init_, 0)));
  return apart;
}

Apart::~Apart() {
  if (!pidfd_) return;
  Send(SIGKILL);
  (void)WaitFor(pidfd_.get(), POLLIN, Deadline::After(kKillTime));
}

std::string Apart::Errors() {
  errors_.ReadMore();
  return errors_.bytes.substr(0, kShown);
}

void Apart::Send(int signal) { syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0); }

json Apart::Hear(const Deadline& deadline) {
  while (bytes_.find('\n') == std::string::npos) {
    const auto ready = WaitFor(output_.get(), POLLIN, deadline);
    std::array<char, 4096> buffer;
    const ssize_t count = ready && *ready == Readiness::kReady
                              ? read(output_.get(), buffer.data(), buffer.size())
                              : 0;
    if (count <= 0) return json::object();
    bytes_.append(buffer.data(), static_cast<size_t>(count));
  }
  const size_t end = bytes_.find('\n');
  json said = ParseForeign(bytes_.substr(0, end));
  bytes_.erase(0, end + 1);
  return said.is_object() ? said : json::object();
}

}  // namespace loadline::conformance::machine
