// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// A pseudoterminal of the process's own devpts: master and slave.
std::array<int, 2> NewTerminal() {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (master < 0) return {-1, -1};
  unlockpt(master);
  return {master, ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_NONBLOCK)};
}

// The other side's bytes come a moment after they were written.
std::string ReadSoon(int fd) {
  pollfd entry{fd, POLLIN, 0};
  poll(&entry, 1, 1000);
  return ReadUpTo(fd, 9);
}

const Behaviour kBehaviours[] = {
    {"is-a-terminal",
     [] {
       const auto ends = NewTerminal();
       return All({Flag(isatty(ends[1]) == 1), Flag(isatty(NewFile("a")) == 1)});
     }},
    {"file-has-no-size",
     [] {
       winsize size{};
       return Outcome(ioctl(NewFile("a"), TIOCGWINSZ, &size));
     }},
    {"line-is-kept-until-its-end",
     [] {
       const auto ends = NewTerminal();
       (void)!write(ends[0], "ab", 2);
       const std::string before = ReadUpTo(ends[1], 9);
       (void)!write(ends[0], "c\n", 2);
       return All({before, ReadSoon(ends[1])});
     }},
    {"echo",
     [] {
       const auto ends = NewTerminal();
       (void)!write(ends[0], "ab\n", 3);
       return ReadSoon(ends[0]);
     }},
    {"raw-mode",
     [] {
       const auto ends = NewTerminal();
       termios mode{};
       tcgetattr(ends[1], &mode);
       cfmakeraw(&mode);
       tcsetattr(ends[1], TCSANOW, &mode);
       (void)!write(ends[0], "ab", 2);
       return ReadSoon(ends[1]);
     }},
    {"size-is-kept",
     [] {
       const auto ends = NewTerminal();
       winsize size{};
       size.ws_row = 33;
       ioctl(ends[0], TIOCSWINSZ, &size);
       winsize seen{};
       ioctl(ends[1], TIOCGWINSZ, &seen);
       return std::to_string(seen.ws_row);
     }},
    {"interrupt-reaches-the-session",
     [] {
       const auto ends = NewTerminal();
       std::array<int, 2> ready{};
       (void)!pipe(ready.data());
       const pid_t pid = fork();
       if (pid == 0) {
         setsid();
         ioctl(ends[1], TIOCSCTTY, 0);
         (void)!write(ready[1], "r", 1);
         pause();
       }
       ReadUpTo(ready[0], 1);
       (void)!write(ends[0], "\3", 1);
       int status = 0;
       waitpid(pid, &status, 0);
       return AnswerOf(status);
     }},
    {"no-terminal-of-its-own",
     [] {
       return EndOfChild([] {
         setsid();
         _exit(open("/dev/tty", O_RDWR) < 0 ? errno : 0);
       });
     }},
    {"hang-up",
     [] {
       const auto ends = NewTerminal();
       close(ends[0]);
       return All({ReadUpTo(ends[1], 1), Value(write(ends[1], "x", 1))});
     }},
    {"locked-until-unlocked",
     [] {
       const int master = posix_openpt(O_RDWR | O_NOCTTY);
       return Outcome(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY));
     }},
};

}  // namespace

BehaviourArea TerminalsBehaviours() {
  return {"terminals", "pseudoterminals", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
