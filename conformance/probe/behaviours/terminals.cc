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

constexpr int kQuietly = O_RDWR | O_NOCTTY | O_NONBLOCK;

// A pseudoterminal of the process's own devpts: master and slave. Where the master does not hand
// out its slave, that is one difference, and not one of all that terminals do.
std::array<int, 2> NewTerminal() {
  const int master = posix_openpt(kQuietly);
  if (master < 0) return {-1, -1};
  unlockpt(master);
  if (const int slave = ioctl(master, TIOCGPTPEER, kQuietly); slave >= 0) return {master, slave};
  int number = -1;
  ioctl(master, TIOCGPTN, &number);
  return {master, open(("/dev/pts/" + std::to_string(number)).c_str(), kQuietly)};
}

// The other side's bytes come a moment after they were written.
std::string ReadSoon(int fd) {
  pollfd entry{fd, POLLIN, 0};
  poll(&entry, 1, 1000);
  return ReadUpTo(fd, 9);
}

template <class F>
void Change(int fd, F&& changes) {
  termios mode{};
  tcgetattr(fd, &mode);
  changes(mode);
  tcsetattr(fd, TCSANOW, &mode);
}

// What a reader gets when these bytes are typed.
std::string LineOf(std::string_view typed) {
  const auto ends = NewTerminal();
  (void)!write(ends[0], typed.data(), typed.size());
  return ReadSoon(ends[1]);
}

// A child whose terminal this is, in the foreground; returns once it has it.
template <class F>
pid_t StartSession(const std::array<int, 2>& ends, F&& does) {
  std::array<int, 2> ready{};
  (void)!pipe(ready.data());
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    setsid();
    ioctl(ends[1], TIOCSCTTY, 0);
    (void)!write(ready[1], "r", 1);
    does();
    _exit(0);
  }
  ReadUpTo(ready[0], 1);
  return pid;
}

// How a session that waits for this signal ends when these bytes are typed, or, without any, when
// the size of its terminal changes.
std::string SignalOf(int number, std::string_view typed) {
  signal(number, [](int caught) { _exit(caught); });
  const auto ends = NewTerminal();
  const pid_t pid = StartSession(ends, [] {
    while (true) pause();
  });
  winsize size{};
  size.ws_row = 44;
  if (typed.empty()) {
    ioctl(ends[0], TIOCSWINSZ, &size);
  } else {
    (void)!write(ends[0], typed.data(), typed.size());
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? std::to_string(WEXITSTATUS(status)) : AnswerOf(status);
}

// The signal that stops a process in the background of a session for what it does to its terminal.
std::string StopOf(void (*does)(int fd)) {
  const auto ends = NewTerminal();
  const pid_t pid = StartSession(ends, [&] {
    const pid_t member = fork();
    if (member == 0) {
      setpgid(0, 0);
      // Somebody who waits: the terminal would tell of nothing otherwise.
      fcntl(ends[1], F_SETFL, O_RDWR);
      does(ends[1]);
      _exit(0);
    }
    int status = 0;
    waitpid(member, &status, WUNTRACED);
    kill(member, SIGKILL);
    _exit(WIFSTOPPED(status) ? WSTOPSIG(status) : 0);
  });
  int status = 0;
  waitpid(pid, &status, 0);
  return std::to_string(WEXITSTATUS(status));
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
    {"slave-through-its-master",
     [] {
       const int master = posix_openpt(kQuietly);
       unlockpt(master);
       return Outcome(ioctl(master, TIOCGPTPEER, kQuietly));
     }},
    {"erased-character", [] { return LineOf("abX\x7f\n"); }},
    {"erased-word", [] { return LineOf("ab cd\x17\n"); }},
    {"erased-line",
     [] {
       return LineOf(
           "ab\x15"
           "cd\n");
     }},
    {"character-taken-literally", [] { return LineOf("\x16\x03\n"); }},
    {"carriage-return-ends-a-line", [] { return LineOf("ab\r"); }},
    {"end-of-input",
     [] {
       return All({LineOf("\4"), LineOf("ab\4")});
     }},
    {"output-ends-lines-twice",
     [] {
       const auto ends = NewTerminal();
       (void)!write(ends[1], "a\n", 2);
       return ReadSoon(ends[0]);
     }},
    {"no-echo",
     [] {
       const auto ends = NewTerminal();
       Change(ends[1], [](termios& mode) { mode.c_lflag &= static_cast<tcflag_t>(~ECHO); });
       (void)!write(ends[0], "ab\n", 3);
       return All({ReadSoon(ends[1]), ReadUpTo(ends[0], 9)});
     }},
    {"input-is-thrown-away",
     [] {
       const auto ends = NewTerminal();
       (void)!write(ends[0], "ab\n", 3);
       pollfd entry{ends[1], POLLIN, 0};
       poll(&entry, 1, 1000);
       return All({Outcome(tcflush(ends[1], TCIFLUSH)), ReadUpTo(ends[1], 9)});
     }},
    {"bytes-waiting",
     [] {
       const auto ends = NewTerminal();
       (void)!write(ends[0], "abc\n", 4);
       pollfd entry{ends[1], POLLIN, 0};
       poll(&entry, 1, 1000);
       int waiting = -1;
       return All({Outcome(ioctl(ends[1], FIONREAD, &waiting)), std::to_string(waiting)});
     }},
    {"speed-is-kept",
     [] {
       const auto ends = NewTerminal();
       Change(ends[1], [](termios& mode) { cfsetspeed(&mode, B9600); });
       termios mode{};
       tcgetattr(ends[1], &mode);
       return Flag(cfgetospeed(&mode) == B9600);
     }},
    {"packets-tell-what-happened",
     [] {
       const auto ends = NewTerminal();
       const int on = 1;
       const std::string done = Outcome(ioctl(ends[0], TIOCPKT, &on));
       (void)!write(ends[1], "a", 1);
       pollfd entry{ends[0], POLLIN, 0};
       poll(&entry, 1, 1000);
       char bytes[4] = {};
       const ssize_t count = read(ends[0], bytes, sizeof bytes);
       return All({done, Value(count), std::to_string(bytes[0]), std::string(1, bytes[1])});
     }},
    {"suspend-character", [] { return SignalOf(SIGTSTP, "\x1a"); }},
    {"quit-character", [] { return SignalOf(SIGQUIT, "\x1c"); }},
    {"new-size-is-told", [] { return SignalOf(SIGWINCH, ""); }},
    {"hang-up-is-told",
     [] {
       const auto ends = NewTerminal();
       const pid_t pid = StartSession(ends, [] {
         while (true) pause();
       });
       close(ends[1]);
       close(ends[0]);
       int status = 0;
       waitpid(pid, &status, 0);
       return AnswerOf(status);
     }},
    {"session-and-group-of-a-terminal",
     [] {
       const auto ends = NewTerminal();
       const pid_t pid = StartSession(ends, [ends] {
         _exit(tcgetsid(ends[1]) == getpid() && tcgetpgrp(ends[1]) == getpid() ? 5 : 1);
       });
       int status = 0;
       waitpid(pid, &status, 0);
       return std::to_string(WEXITSTATUS(status));
     }},
    {"terminal-of-another-session",
     [] {
       const auto ends = NewTerminal();
       const pid_t pid = StartSession(ends, [] {
         while (true) pause();
       });
       const std::string answer =
           All({Value(tcgetsid(ends[1])), Outcome(ioctl(ends[1], TIOCSCTTY, 0))});
       kill(pid, SIGKILL);
       return answer;
     }},
    {"reader-in-the-background", [] { return StopOf([](int fd) { ReadUpTo(fd, 1); }); }},
    {"writer-in-the-background",
     [] {
       return StopOf([](int fd) {
         Change(fd, [](termios& mode) { mode.c_lflag |= TOSTOP; });
         (void)!write(fd, "x", 1);
       });
     }},
    {"changer-in-the-background", [] { return StopOf([](int fd) { tcsetpgrp(fd, getpgrp()); }); }},
};

}  // namespace

BehaviourArea TerminalsBehaviours() {
  return {"terminals", "pseudoterminals", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
