// SPDX-License-Identifier: Apache-2.0
// loadline-machine-init: process 1 of a machine that holds one container. It makes a small system
// as the lab's does, has the reference runtime do what the adapter asks for, and turns the machine
// off when the container's process has ended.
#include <poll.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/child_process.h"
#include "base/files.h"
#include "base/version.h"
#include "conformance/adapters/machine/requests.h"
#include "conformance/lab/init/stages.h"

namespace loadline::machine {
namespace {

constexpr const char* kRuntime = "/opt/loadline/bin/loadline-runtime";
constexpr const char* kState = "/run/containers";
constexpr const char* kPidFile = "/run/container.pid";
constexpr const char* kRequestFile = "/run/request.json";
constexpr size_t kOutputCap = 8 << 20;

struct Ports {
  UniqueFd control;
  UniqueFd input;
  UniqueFd output;
  UniqueFd errors;
};

Result<Ports> OpenPorts() {
  Ports ports;
  ASSIGN_OR_RETURN(ports.control, lab::OpenPort("loadline.control"));
  ASSIGN_OR_RETURN(ports.input, lab::OpenPort("loadline.input"));
  ASSIGN_OR_RETURN(ports.output, lab::OpenPort("loadline.output"));
  ASSIGN_OR_RETURN(ports.errors, lab::OpenPort("loadline.error"));
  return ports;
}

Result<void> MakeSystem() {
  RETURN_IF_ERROR(lab::MountBasics());
  RETURN_IF_ERROR(lab::LoadModules());
  RETURN_IF_ERROR(lab::MountCgroups("v2"));
  return lab::SetNames();
}

SpawnOptions CommandOf(const Request& request) {
  SpawnOptions spawn;
  spawn.argv = {kRuntime, "--root", kState};
  for (const std::string& word : request.words)
    spawn.argv.push_back(word == kFileWord ? kRequestFile : word);
  spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  spawn.directory = "/";
  return spawn;
}

int StatusOf(const ExitStatus& status) {
  return status.signal != 0 ? 128 + status.signal : status.code;
}

// The container's process inherits the ports, so nothing that it prints is in the answer.
Result<Answer> Create(const Request& request, const Ports& ports) {
  SpawnOptions spawn = CommandOf(request);
  spawn.standard_input = ports.input.get();
  spawn.standard_output = ports.output.get();
  spawn.standard_error = ports.errors.get();
  spawn.dies_with_parent = false;
  ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(spawn));
  ASSIGN_OR_RETURN(const std::optional<ExitStatus> status, child.Wait(Deadline::Never()));
  return Answer{StatusOf(*status), "", "its errors are on the container's own stream\n"};
}

Result<Answer> Run(const Request& request) {
  RunOptions run;
  run.spawn = CommandOf(request);
  run.input = request.input;
  run.output_cap = kOutputCap;
  ASSIGN_OR_RETURN(RunOutcome outcome, RunToEnd(run));
  return Answer{StatusOf(outcome.status), std::move(outcome.standard_output),
                std::move(outcome.standard_error)};
}

Result<void> Serve(const Ports& ports) {
  ASSIGN_OR_RETURN(const Request request, ReadRequest(ports.control.get()));
  if (!request.file.empty()) RETURN_IF_ERROR(WriteFileAtomically(kRequestFile, request.file));
  const bool create = !request.words.empty() && request.words[0] == "create";
  Result<Answer> answer = create ? Create(request, ports) : Run(request);
  if (!answer.has_value()) answer = Answer{127, "", answer.error().ToLine() + "\n"};
  return WriteAnswer(ports.control.get(), *answer);
}

// Reaps whatever this process has inherited; whether the container's process was among it.
bool ReapContainer() {
  const std::string text = ReadFile(kPidFile).value_or("");
  const pid_t container = static_cast<pid_t>(std::strtol(text.c_str(), nullptr, 10));
  bool ended = false;
  while (true) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid <= 0) return ended;
    ended = ended || pid == container;
  }
}

// Until the container has ended.
Result<void> Live() {
  RETURN_IF_ERROR(MakeSystem());
  ASSIGN_OR_RETURN(const Ports ports, OpenPorts());
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  const UniqueFd children(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!children) return CallError("signalfd");
  while (true) {
    std::array<pollfd, 2> entries{{{ports.control.get(), POLLIN, 0}, {children.get(), POLLIN, 0}}};
    if (poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return CallError("poll");
    if ((entries[0].revents & POLLIN) != 0) RETURN_IF_ERROR(Serve(ports));
    signalfd_siginfo info{};
    while (read(children.get(), &info, sizeof info) > 0) {
    }
    // Also when no signal is there: it may have come while a request was served.
    if (ReapContainer()) return {};
  }
}

}  // namespace
}  // namespace loadline::machine

int main(int argc, char** argv) {
  using namespace loadline;
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    printf("loadline-machine-init %s\n", kVersionAndCommit);
    return EXIT_SUCCESS;
  }
  // Anywhere else it would turn off the machine of whoever tried it.
  if (getpid() != 1) {
    fputs("loadline-machine-init: this is process 1 of a machine; the adapter \"qemu\" runs it\n",
          stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  if (auto lived = machine::Live(); !lived.has_value())
    fprintf(stderr, "machine: %s\n", lived.error().ToLine().c_str());  // the console
  sync();
  reboot(RB_POWER_OFF);
  return EXIT_FAILURE;
}
