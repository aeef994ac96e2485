// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/foreground.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/passed_fds.h"
#include "base/pipe.h"
#include "reference-runtime/message.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

// Moves what is there from one side to the other; false at the end of the stream.
bool Carry(int from, int to) {
  std::array<char, 4096> buffer;
  const ssize_t count = read(from, buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return false;
  return WriteAll(to, std::string_view(buffer.data(), static_cast<size_t>(count))).has_value();
}

// Reaps what has ended, adopted processes included; whether the payload was among it.
bool Reap(pid_t payload, int& status) {
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0 || (pid < 0 && errno == EINTR);) {
    if (pid == payload) return true;
  }
  return false;
}

}  // namespace

Result<Foreground> Foreground::Prepare(Context& context, bool detach) {
  Foreground foreground;
  if (detach) return foreground;
  sigset_t passed;
  sigfillset(&passed);
  for (const int own :
       {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGPIPE, SIGTTOU, SIGTTIN})
    sigdelset(&passed, own);
  sigprocmask(SIG_BLOCK, &passed, nullptr);
  foreground.signals_ = UniqueFd(signalfd(-1, &passed, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!foreground.signals_) return CallError("signalfd");
  if (context.config.process && context.config.process->terminal &&
      context.console_socket.empty()) {
    ASSIGN_OR_RETURN(auto pair, MakeSocketPair());
    foreground.console_ = std::move(pair.first);
    context.console_connection = std::move(pair.second);
  }
  return foreground;
}

Foreground::~Foreground() {
  if (restore_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &saved_);
}

void Foreground::Begin(Context& context) {
  if (!console_) return;
  context.console_connection.Reset();
  ReceivedMessage received = ReceiveFrom(console_.get(), MSG_DONTWAIT);
  if (!received.descriptors.empty()) master_ = std::move(received.descriptors.front());
  if (!master_ || tcgetattr(STDIN_FILENO, &saved_) != 0) return;
  restore_terminal_ = true;
  termios raw = saved_;
  cfmakeraw(&raw);
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  if (!context.config.process->console_size) CopyWindowSize();
}

void Foreground::CopyWindowSize() {
  winsize size{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ioctl(master_.get(), TIOCSWINSZ, &size);
}

Result<int> Foreground::WaitForEnd(pid_t pid) {
  bool input = static_cast<bool>(master_);
  bool output = input;
  while (true) {
    std::array<pollfd, 3> entries{pollfd{signals_.get(), POLLIN, 0},
                                  pollfd{output ? master_.get() : -1, POLLIN, 0},
                                  pollfd{input ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return CallError("poll");
    if (entries[1].revents != 0) output = Carry(master_.get(), STDOUT_FILENO);
    if (entries[2].revents != 0) input = Carry(STDIN_FILENO, master_.get());
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGWINCH && master_) {
        CopyWindowSize();  // of which the kernel tells the payload
        continue;
      }
      if (info.ssi_signo != SIGCHLD) {
        kill(pid, static_cast<int>(info.ssi_signo));
        continue;
      }
      int status = 0;
      if (!Reap(pid, status)) continue;
      while (output && WaitFor(master_.get(), POLLIN,
                               Deadline::After(std::chrono::milliseconds(0))) == Readiness::kReady)
        output = Carry(master_.get(), STDOUT_FILENO);
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
  }
}

}  // namespace loadline::runtime
