// SPDX-License-Identifier: Apache-2.0
// Being told of changes of files: inotify, fanotify and signals.
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// Of linux/fanotify.h, for older headers.
constexpr unsigned kFanNonblock = 0x2;
constexpr unsigned kFanReportFid = 0x200;

int NewWatch(const char* path, uint32_t mask) {
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  inotify_add_watch(fd, path, mask);
  return fd;
}

// The events that are there: "100:a 2:a", as hexadecimal masks and names.
std::string Events(int fd) {
  alignas(inotify_event) std::array<char, 4096> bytes{};
  const ssize_t count = read(fd, bytes.data(), bytes.size());
  if (count < 0) return ErrnoName(errno);
  std::string text;
  for (ssize_t at = 0; at < count;) {
    const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
    char mask[16];
    std::snprintf(mask, sizeof mask, "%x", event->mask);
    text += (text.empty() ? "" : " ") + std::string(mask);
    if (event->len > 0) text += std::string(":") + event->name;
    at += static_cast<ssize_t>(sizeof *event + event->len);
  }
  return text;
}

const Behaviour kBehaviours[] = {
    {"life-of-a-file",
     [] {
       const int fd = NewWatch(".", IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE);
       close(NewFile("a", "x"));
       chmod("a", 0600);
       unlink("a");
       return Events(fd);
     }},
    {"life-of-a-directory",
     [] {
       const int fd = NewWatch(".", IN_CREATE | IN_DELETE);
       mkdir("d", 0755);
       rmdir("d");
       return Events(fd);
     }},
    {"reading-is-told",
     [] {
       close(NewFile("a", "x"));
       const int fd = NewWatch("a", IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE);
       const int file = open("a", O_RDONLY);
       ReadUpTo(file, 1);
       close(file);
       return Events(fd);
     }},
    {"moves-belong-together",
     [] {
       NewFile("a");
       const int fd = NewWatch(".", IN_MOVE);
       rename("a", "b");
       alignas(inotify_event) std::array<char, 512> bytes{};
       if (read(fd, bytes.data(), bytes.size()) < 0) return ErrnoName(errno);
       const auto* from = reinterpret_cast<const inotify_event*>(bytes.data());
       const auto* to =
           reinterpret_cast<const inotify_event*>(bytes.data() + sizeof *from + from->len);
       return All({from->name, to->name, Flag(from->cookie != 0 && from->cookie == to->cookie)});
     }},
    {"watched-file-goes",
     [] {
       close(NewFile("a"));
       const int fd = NewWatch("a", IN_ATTRIB | IN_DELETE_SELF);
       unlink("a");
       return Events(fd);
     }},
    {"watched-file-moves",
     [] {
       close(NewFile("a"));
       const int fd = NewWatch("a", IN_MOVE_SELF);
       rename("a", "b");
       return Events(fd);
     }},
    {"one-file-has-one-watch",
     [] {
       NewFile("a");
       (void)!link("a", "b");
       const int fd = inotify_init1(0);
       return Flag(inotify_add_watch(fd, "a", IN_OPEN) == inotify_add_watch(fd, "b", IN_ACCESS));
     }},
    {"watch-that-has-to-be-new",
     [] {
       const int fd = inotify_init1(0);
       return All({Outcome(inotify_add_watch(fd, ".", IN_CREATE | IN_MASK_CREATE)),
                   Outcome(inotify_add_watch(fd, ".", IN_CREATE | IN_MASK_CREATE))});
     }},
    {"watch-for-once",
     [] {
       const int fd = NewWatch(".", IN_CREATE | IN_ONESHOT);
       NewFile("a");
       NewFile("b");
       return Events(fd);
     }},
    {"watch-is-removed",
     [] {
       const int fd = inotify_init1(IN_NONBLOCK);
       const int watch = inotify_add_watch(fd, ".", IN_CREATE);
       const std::string done = Outcome(inotify_rm_watch(fd, watch));
       NewFile("a");
       return All({done, Events(fd), Outcome(inotify_rm_watch(fd, watch))});
     }},
    {"same-events-are-one",
     [] {
       const int file = NewFile("a");
       const int fd = NewWatch("a", IN_MODIFY);
       for (int i = 0; i < 3; ++i) (void)!write(file, "x", 1);
       return Events(fd);
     }},
    {"nothing-happened", [] { return Events(NewWatch(".", IN_CREATE)); }},
    {"little-room",
     [] {
       const int fd = NewWatch(".", IN_CREATE);
       NewFile("a");
       char byte = 0;
       return Value(read(fd, &byte, 1));
     }},
    {"bytes-waiting",
     [] {
       const int fd = NewWatch(".", IN_CREATE);
       NewFile("a");
       int waiting = -1;
       ioctl(fd, FIONREAD, &waiting);
       return std::to_string(waiting);
     }},
    {"becomes-readable",
     [] {
       const int fd = NewWatch(".", IN_CREATE);
       const int epoll = epoll_create1(0);
       epoll_event event{EPOLLIN, {}};
       epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
       const std::string before = Value(epoll_wait(epoll, &event, 1, 0));
       NewFile("a");
       return All({before, Value(epoll_wait(epoll, &event, 1, 1000))});
     }},
    {"what-cannot-be-watched",
     [] {
       NewFile("a");
       const int fd = inotify_init1(0);
       return All({Outcome(inotify_add_watch(fd, "missing", IN_CREATE)),
                   Outcome(inotify_add_watch(fd, "a", IN_CREATE | IN_ONLYDIR)),
                   Outcome(inotify_add_watch(fd, ".", 0)),
                   Outcome(inotify_add_watch(NewFile("b"), ".", IN_CREATE))});
     }},
    {"change-sends-a-signal",
     [] {
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGIO);
       sigprocmask(SIG_BLOCK, &set, nullptr);
       const std::string done = Outcome(fcntl(open(".", O_RDONLY), F_NOTIFY, DN_CREATE));
       NewFile("a");
       const timespec brief{0, 100000000};
       return All({done, Flag(sigtimedwait(&set, nullptr, &brief) == SIGIO)});
     }},
    {"of-whole-mounts", [] { return Outcome(syscall(SYS_fanotify_init, kFanNonblock, O_RDONLY)); },
     "CAP_SYS_ADMIN"},
    {"of-whole-mounts-without-privileges",
     [] { return Outcome(syscall(SYS_fanotify_init, kFanNonblock | kFanReportFid, O_RDONLY)); }},
};

}  // namespace

BehaviourArea WatchesBehaviours() {
  return {"watches",
          "inotify, fanotify and signals on changes of files",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
