// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/driver.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/harness/console.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kGrace{50};  // for descendants of a call that hold its output
constexpr size_t kOutputCap = 1 << 20;
constexpr size_t kPidFileCap = 64;
constexpr size_t kMessageBytes = 300;
constexpr int kStrayDescriptor = 9;
constexpr uint32_t kNobody = 65534;  // uid and gid

int64_t Since(Deadline::Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Deadline::Clock::now() - start).count();
}

// Waits for a create, reading what it and the container print, and taking the console it sends.
Result<void> Await(ChildProcess& child, Container& container, Console* console, Call& call,
                   const Deadline& deadline) {
  while (true) {
    std::array<pollfd, 4> entries{pollfd{child.pidfd(), POLLIN, 0},
                                  pollfd{container.output.fd.get(), POLLIN, 0},
                                  pollfd{container.errors.fd.get(), POLLIN, 0},
                                  pollfd{console == nullptr ? -1 : console->fd(), POLLIN, 0}};
    poll(entries.data(), entries.size(), deadline.PollTimeout());
    container.output.ReadMore();
    container.errors.ReadMore();
    if (console != nullptr && entries[3].revents != 0) console->Receive();
    const bool flood = container.output.truncated || container.errors.truncated;
    if (entries[0].revents != 0) break;
    if (flood || deadline.Passed()) {
      RETURN_IF_ERROR(child.Kill(SIGKILL));
      call.timed_out = !flood;
      if (flood) container.errors.bytes = "it printed more than 4 MiB";
      break;
    }
  }
  ASSIGN_OR_RETURN(const std::optional<ExitStatus> status, child.Wait(Deadline::Never()));
  call.status = *status;
  if (console != nullptr) console->Receive();
  return {};
}

bool SaysNoWords(const ExitStatus& status, const Profile& profile) {
  return profile.refusal_status != 0 && status.signal == 0 && status.code == profile.refusal_status;
}

// Whether the file holds a pid of this cell; opens it.
void ReadPidFile(Container& container) {
  // The candidate may have put anything there: a fifo must not hold us up.
  auto fd = Open(container.pid_file, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  struct stat info {};
  if (!fd || fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  const auto text = ReadFd(fd->get(), kPidFileCap);
  if (!text) return;
  const long pid = strtol(text->c_str(), nullptr, 10);
  if (pid <= 1) return;
  container.pid = static_cast<pid_t>(pid);
  container.pidfd.Reset(static_cast<int>(syscall(SYS_pidfd_open, container.pid, 0)));
}

}  // namespace

std::string Call::ToText() const {
  std::string text = timed_out ? "no answer in time" : status.ToText();
  // The last line is where runtimes say what is wrong.
  std::string message = errors;
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) message.pop_back();
  const size_t line = message.rfind('\n');
  if (line != std::string::npos) message.erase(0, line + 1);
  if (!message.empty()) text += ": " + message.substr(0, kMessageBytes);
  return text;
}

Deadline Driver::StepDeadline() const {
  return Deadline::Earlier(Deadline::After(std::max(step_time_, milliseconds(profile_.call_time))),
                           deadline_);
}

Result<SpawnOptions> Driver::Prepare(const std::string& verb, const Container& container,
                                     const json& more, const CallOptions& options) const {
  json values = container.Values(paths_, false);
  values["root"] = paths_.state;
  values["pidFile"] = container.pid_file;
  if (!container.console_socket.empty()) values["consoleSocket"] = container.console_socket;
  values.update(more);
  SpawnOptions spawn;
  ASSIGN_OR_RETURN(spawn.argv, profile_.CommandLine(verb, values, options.without));
  spawn.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                       "HOME=" + paths_.temporary, "TMPDIR=" + paths_.temporary,
                       "XDG_RUNTIME_DIR=" + paths_.temporary, "LC_ALL=C"};
  for (const auto& variable : profile_.environment)
    spawn.environment.push_back(variable.first + "=" + variable.second);
  spawn.user = options.stranger ? std::pair{kNobody, kNobody} : IdentityOf(paths_.caller);
  spawn.umask = options.umask;
  spawn.directory = paths_.work;
  spawn.descriptors = container.descriptors;
  return spawn;
}

Result<Call> Driver::Create(Container& container, const CallOptions& options) {
  ASSIGN_OR_RETURN(Pipe input, MakePipe());
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(Pipe errors, MakePipe());
  std::optional<Console> console;
  if (!container.console_socket.empty()) {
    ASSIGN_OR_RETURN(console, Console::Listen(container.console_socket));
    RETURN_IF_ERROR(GiveTree(container.console_socket, paths_.caller));
  }
  ASSIGN_OR_RETURN(SpawnOptions spawn, Prepare("create", container, json::object(), options));
  spawn.standard_input = input.read.get();
  spawn.standard_output = output.write.get();
  spawn.standard_error = errors.write.get();
  // A caller that leaves a descriptor open: the container must not get it.
  ASSIGN_OR_RETURN(const UniqueFd stray, Open(paths_.work, O_PATH | O_DIRECTORY));
  spawn.descriptors.emplace_back(stray.get(), kStrayDescriptor);
  Call call;
  call.command = spawn.argv;
  const auto start = Deadline::Clock::now();
  ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(spawn));
  input.read.Reset();
  output.write.Reset();
  errors.write.Reset();
  container.input = std::move(input.write);
  container.output = CappedStream{std::move(output.read)};
  container.errors = CappedStream{std::move(errors.read)};
  RETURN_IF_ERROR(Await(child, container, console ? &*console : nullptr, call, StepDeadline()));
  call.duration_ms = Since(start);
  container.output.ReadMore();
  container.errors.ReadMore();
  call.errors = container.errors.bytes;
  call.no_words = SaysNoWords(call.status, profile_);
  if (!call.Success()) return call;
  container.created = true;
  container.ended.reset();
  ReadPidFile(container);
  if (console && console->TakeOver(container.input, container.output.fd))
    container.console_received = true;
  return call;
}

Result<Call> Driver::Do(const std::string& verb, const Container& container, json more,
                        const std::string& input, const CallOptions& options) {
  RunOptions run;
  ASSIGN_OR_RETURN(run.spawn, Prepare(verb, container, more, options));
  run.input = input;
  run.output_cap = kOutputCap;
  run.deadline = StepDeadline();
  run.grace = kGrace;
  Call call;
  call.command = run.spawn.argv;
  const auto start = Deadline::Clock::now();
  ASSIGN_OR_RETURN(RunOutcome outcome, RunToEnd(run));
  call.duration_ms = Since(start);
  call.status = outcome.status;
  call.timed_out = outcome.timed_out;
  call.no_words = SaysNoWords(call.status, profile_);
  call.output = std::move(outcome.standard_output);
  call.errors = std::move(outcome.standard_error);
  if (call.timed_out && outcome.truncated) call.errors = "it printed more than 1 MiB";
  return call;
}

}  // namespace loadline::conformance
