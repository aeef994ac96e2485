// SPDX-License-Identifier: Apache-2.0
// Locks of whole files, of their bytes, and leases.
#include <signal.h>
#include <sys/file.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

struct flock Range(short type, off_t start = 0, off_t length = 0) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

long Lock(int fd, int command, struct flock lock) { return fcntl(fd, command, &lock); }

// What another process is told about who locks these bytes: "unlocked", or the kind and the place.
std::string SeenByAnother(int fd, off_t start, off_t length) {
  std::array<int, 2> ends{};
  (void)!pipe(ends.data());
  EndOfChild([&] {
    struct flock lock = Range(F_WRLCK, start, length);
    std::string text = "unlocked";
    if (fcntl(fd, F_GETLK, &lock) != 0) {
      text = ErrnoName(errno);
    } else if (lock.l_type != F_UNLCK) {
      text = std::string(lock.l_type == F_WRLCK ? "write" : "read") + " " +
             std::to_string(lock.l_start) + "+" + std::to_string(lock.l_len) +
             (lock.l_pid == getppid() ? "" : " of a stranger");
    }
    (void)!write(ends[1], text.data(), text.size());
  });
  return ReadUpTo(ends[0], 64);
}

// Two processes that hold a byte each and want the other's: how many are told of it.
std::string Deadlocks() {
  const int fd = NewFile("a", "ab");
  std::array<int, 2> ends{};
  (void)!pipe(ends.data());
  Lock(fd, F_SETLK, Range(F_WRLCK, 0, 1));
  const pid_t pid = fork();
  if (pid == 0) {
    Lock(fd, F_SETLK, Range(F_WRLCK, 1, 1));
    (void)!write(ends[1], "r", 1);
    _exit(Lock(fd, F_SETLKW, Range(F_WRLCK, 0, 1)) < 0 ? errno : 0);
  }
  ReadUpTo(ends[0], 1);
  const int own = Lock(fd, F_SETLKW, Range(F_WRLCK, 1, 1)) < 0 ? errno : 0;
  Lock(fd, F_SETLK, Range(F_UNLCK));
  int status = 0;
  waitpid(pid, &status, 0);
  return std::to_string((own == EDEADLK ? 1 : 0) + (WEXITSTATUS(status) == EDEADLK ? 1 : 0));
}

const Behaviour kBehaviours[] = {
    {"whole-file-shared",
     [] {
       NewFile("a");
       return All({Outcome(flock(open("a", O_RDONLY), LOCK_SH | LOCK_NB)),
                   Outcome(flock(open("a", O_RDONLY), LOCK_SH | LOCK_NB))});
     }},
    {"whole-file-is-not-upgraded-beside-another",
     [] {
       NewFile("a");
       const int first = open("a", O_RDONLY);
       flock(first, LOCK_SH);
       flock(open("a", O_RDONLY), LOCK_SH);
       return Outcome(flock(first, LOCK_EX | LOCK_NB));
     }},
    {"whole-file-is-kept-by-a-duplicate",
     [] {
       const int first = NewFile("a");
       flock(first, LOCK_EX);
       const int copy = dup(first);
       close(first);
       const std::string held = Outcome(flock(open("a", O_RDWR), LOCK_EX | LOCK_NB));
       close(copy);
       return All({held, Outcome(flock(open("a", O_RDWR), LOCK_EX | LOCK_NB))});
     }},
    {"whole-file-command-unknown", [] { return Outcome(flock(NewFile("a"), 0)); }},
    {"bytes-tell-their-holder",
     [] {
       const int fd = NewFile("a", "abcdef");
       Lock(fd, F_SETLK, Range(F_WRLCK, 2, 3));
       return All({SeenByAnother(fd, 0, 2), SeenByAnother(fd, 0, 9)});
     }},
    {"bytes-are-split",
     [] {
       const int fd = NewFile("a", "abcdefghij");
       Lock(fd, F_SETLK, Range(F_WRLCK, 0, 10));
       Lock(fd, F_SETLK, Range(F_UNLCK, 3, 3));
       return All({SeenByAnother(fd, 0, 10), SeenByAnother(fd, 3, 3), SeenByAnother(fd, 5, 5)});
     }},
    {"bytes-are-joined",
     [] {
       const int fd = NewFile("a", "abcdef");
       Lock(fd, F_SETLK, Range(F_WRLCK, 0, 2));
       Lock(fd, F_SETLK, Range(F_WRLCK, 2, 2));
       return SeenByAnother(fd, 0, 9);
     }},
    {"bytes-become-readable",
     [] {
       const int fd = NewFile("a", "abcdef");
       Lock(fd, F_SETLK, Range(F_WRLCK, 0, 2));
       Lock(fd, F_SETLK, Range(F_RDLCK, 0, 2));
       return SeenByAnother(fd, 0, 9);
     }},
    {"bytes-are-given-up-by-any-close",
     [] {
       const int fd = NewFile("a", "abcdef");
       Lock(fd, F_SETLK, Range(F_WRLCK, 0, 2));
       close(open("a", O_RDONLY));
       return SeenByAnother(fd, 0, 9);
     }},
    {"bytes-before-the-beginning",
     [] { return Outcome(Lock(NewFile("a"), F_SETLK, Range(F_WRLCK, -5, 1))); }},
    {"bytes-for-reading-need-a-reader",
     [] {
       NewFile("a");
       return Outcome(Lock(open("a", O_WRONLY), F_SETLK, Range(F_RDLCK)));
     }},
    {"bytes-two-processes-want", [] { return Deadlocks(); }},
    {"description-against-description",
     [] {
       const int first = NewFile("a");
       Lock(first, F_OFD_SETLK, Range(F_WRLCK));
       return Outcome(Lock(open("a", O_RDWR), F_OFD_SETLK, Range(F_WRLCK)));
     }},
    {"description-is-inherited",
     [] {
       const int fd = NewFile("a");
       Lock(fd, F_OFD_SETLK, Range(F_WRLCK));
       return EndOfChild([fd] { _exit(Lock(fd, F_OFD_SETLK, Range(F_WRLCK)) < 0 ? errno : 0); });
     }},
    {"description-against-process",
     [] {
       Lock(NewFile("a"), F_OFD_SETLK, Range(F_WRLCK));
       return Outcome(Lock(open("a", O_RDWR), F_SETLK, Range(F_WRLCK)));
     }},
    {"description-wants-no-process",
     [] {
       struct flock lock = Range(F_WRLCK);
       lock.l_pid = 1;
       return Outcome(Lock(NewFile("a"), F_OFD_SETLK, lock));
     }},
    {"lease-is-told",
     [] {
       close(NewFile("a"));
       const int fd = open("a", O_RDONLY);
       return All({Outcome(fcntl(fd, F_SETLEASE, F_RDLCK)), Value(fcntl(fd, F_GETLEASE))});
     }},
    {"lease-to-write-beside-another",
     [] {
       NewFile("a");
       return Outcome(fcntl(open("a", O_RDWR), F_SETLEASE, F_WRLCK));
     }},
    {"lease-is-broken-by-a-writer",
     [] {
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGIO);
       sigprocmask(SIG_BLOCK, &set, nullptr);
       close(NewFile("a"));
       const std::string leased = Outcome(fcntl(open("a", O_RDONLY), F_SETLEASE, F_RDLCK));
       const std::string writer =
           EndOfChild([] { _exit(open("a", O_WRONLY | O_NONBLOCK) < 0 ? errno : 0); });
       const timespec patience{1, 0};
       return All({leased, writer, Flag(sigtimedwait(&set, nullptr, &patience) == SIGIO)});
     }},
};

}  // namespace

BehaviourArea LocksBehaviours() {
  return {"locks",
          "locks of files and of their bytes, and leases",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
