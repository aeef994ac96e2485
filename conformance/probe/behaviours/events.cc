// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

long Add(int epoll, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

long Wait(int epoll, int milliseconds = 0) {
  epoll_event event{};
  return epoll_wait(epoll, &event, 1, milliseconds);
}

std::string Count(int fd) {
  uint64_t count = 0;
  const ssize_t done = read(fd, &count, sizeof count);
  return done < 0 ? ErrnoName(errno) : std::to_string(count);
}

void Signal(int fd, uint64_t count) { (void)!write(fd, &count, sizeof count); }

const Behaviour kBehaviours[] = {
    {"epoll-level",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       Add(epoll, event, EPOLLIN);
       return All({Value(Wait(epoll)), Value(Wait(epoll))});
     }},
    {"epoll-edge",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       Add(epoll, event, EPOLLIN | EPOLLET);
       return All({Value(Wait(epoll)), Value(Wait(epoll))});
     }},
    {"epoll-once",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       Add(epoll, event, EPOLLIN | EPOLLONESHOT);
       const long first = Wait(epoll);
       Signal(event, 1);
       return All({Value(first), Value(Wait(epoll))});
     }},
    {"epoll-twice-the-same",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(0, 0);
       return All({Outcome(Add(epoll, event, EPOLLIN)), Outcome(Add(epoll, event, EPOLLIN))});
     }},
    {"epoll-of-a-file", [] { return Outcome(Add(epoll_create1(0), NewFile("a"), EPOLLIN)); }},
    {"epoll-of-itself",
     [] {
       const int epoll = epoll_create1(0);
       return Outcome(Add(epoll, epoll, EPOLLIN));
     }},
    {"epoll-removes-what-is-not-there",
     [] { return Outcome(epoll_ctl(epoll_create1(0), EPOLL_CTL_DEL, eventfd(0, 0), nullptr)); }},
    {"epoll-times-out", [] { return Value(Wait(epoll_create1(0), 5)); }},
    {"eventfd-adds-up",
     [] {
       const int fd = eventfd(2, EFD_NONBLOCK);
       Signal(fd, 3);
       return All({Count(fd), Count(fd)});
     }},
    {"eventfd-as-semaphore",
     [] {
       const int fd = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
       return All({Count(fd), Count(fd), Count(fd)});
     }},
    {"eventfd-too-large",
     [] {
       const uint64_t most = ~uint64_t{0};
       return Value(write(eventfd(0, EFD_NONBLOCK), &most, sizeof most));
     }},
    {"timer-expires",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
       const itimerspec soon{{0, 0}, {0, 1000000}};
       timerfd_settime(fd, 0, &soon, nullptr);
       return Count(fd);
     }},
    {"timer-not-yet",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
       const itimerspec late{{0, 0}, {100, 0}};
       timerfd_settime(fd, 0, &late, nullptr);
       return Count(fd);
     }},
    {"timer-tells-what-is-left",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
       const itimerspec late{{7, 0}, {100, 0}};
       timerfd_settime(fd, 0, &late, nullptr);
       itimerspec left{};
       timerfd_gettime(fd, &left);
       return All({std::to_string(left.it_interval.tv_sec), Flag(left.it_value.tv_sec >= 98)});
     }},
    {"timer-of-unknown-clock", [] { return Outcome(timerfd_create(99, 0)); }},
    {"epoll-gives-back-what-was-kept",
     [] {
       const int epoll = epoll_create1(0);
       epoll_event event{};
       event.events = EPOLLIN;
       event.data.u64 = 0x1234567887654321;
       epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd(1, 0), &event);
       epoll_event seen{};
       epoll_wait(epoll, &seen, 1, 0);
       return Flag(seen.data.u64 == event.data.u64);
     }},
    {"epoll-once-and-again",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       Add(epoll, event, EPOLLIN | EPOLLONESHOT);
       const std::string first = All({Value(Wait(epoll)), Value(Wait(epoll))});
       epoll_event again{EPOLLIN | EPOLLONESHOT, {}};
       epoll_ctl(epoll, EPOLL_CTL_MOD, event, &again);
       return All({first, Value(Wait(epoll))});
     }},
    {"epoll-edge-with-each-write",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       Add(epoll, event, EPOLLIN | EPOLLET);
       const std::string first = All({Value(Wait(epoll)), Value(Wait(epoll))});
       Signal(event, 1);
       return All({first, Value(Wait(epoll))});
     }},
    {"epoll-in-epoll",
     [] {
       const int inner = epoll_create1(0);
       const int outer = epoll_create1(0);
       const int event = eventfd(0, EFD_NONBLOCK);
       Add(inner, event, EPOLLIN);
       Add(outer, inner, EPOLLIN);
       const std::string before = Value(Wait(outer));
       Signal(event, 1);
       return All({before, Value(Wait(outer)), Value(Wait(inner))});
     }},
    {"epoll-in-a-circle",
     [] {
       const int one = epoll_create1(0);
       const int two = epoll_create1(0);
       return All({Outcome(Add(one, two, EPOLLIN)), Outcome(Add(two, one, EPOLLIN))});
     }},
    {"epoll-for-one-waiter",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       const std::string added = Outcome(Add(epoll, event, EPOLLIN | EPOLLEXCLUSIVE));
       epoll_event other{EPOLLIN, {}};
       return All({added, Value(Wait(epoll)),
                   Outcome(epoll_ctl(epoll, EPOLL_CTL_MOD, event, &other)),
                   Outcome(Add(epoll, eventfd(0, 0), EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT))});
     }},
    {"epoll-forgets-what-is-closed",
     [] {
       const int epoll = epoll_create1(0);
       const int event = eventfd(1, EFD_NONBLOCK);
       const int copy = dup(event);
       Add(epoll, event, EPOLLIN);
       close(event);
       const std::string while_copied = Value(Wait(epoll));
       close(copy);
       return All({while_copied, Value(Wait(epoll))});
     }},
    {"epoll-takes-turns",
     [] {
       const int epoll = epoll_create1(0);
       for (int i = 0; i < 3; ++i) {
         epoll_event event{EPOLLIN, {}};
         event.data.u32 = static_cast<uint32_t>(i);
         epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd(1, 0), &event);
       }
       std::string order;
       for (int i = 0; i < 4; ++i) {
         epoll_event seen{};
         epoll_wait(epoll, &seen, 1, 0);
         order += std::to_string(seen.data.u32);
       }
       return order;
     }},
    {"epoll-of-an-end",
     [] {
       std::array<int, 2> ends{};
       (void)!pipe(ends.data());
       close(ends[1]);
       const int epoll = epoll_create1(0);
       Add(epoll, ends[0], EPOLLIN);
       epoll_event seen{};
       const std::string count = Value(epoll_wait(epoll, &seen, 1, 0));
       return All({count, std::to_string(seen.events)});
     }},
    {"epoll-without-room",
     [] {
       epoll_event event{};
       return All({Value(epoll_wait(epoll_create1(0), &event, 0, 0)),
                   Value(epoll_wait(eventfd(0, 0), &event, 1, 0)), Outcome(epoll_create1(1))});
     }},
    {"epoll-lets-a-signal-in",
     [] {
       sigset_t blocked;
       sigemptyset(&blocked);
       sigaddset(&blocked, SIGUSR1);
       sigprocmask(SIG_BLOCK, &blocked, nullptr);
       signal(SIGUSR1, [](int) {});
       raise(SIGUSR1);
       const sigset_t none{};
       epoll_event event{};
       return Value(epoll_pwait(epoll_create1(0), &event, 1, 1000, &none));
     }},
    {"poll-passes-over-what-is-negative",
     [] {
       std::array<pollfd, 2> entries{pollfd{-1, POLLIN, 0}, pollfd{eventfd(1, 0), POLLIN, 0}};
       const std::string count = Value(poll(entries.data(), entries.size(), 0));
       return All({count, std::to_string(entries[0].revents), std::to_string(entries[1].revents)});
     }},
    {"eventfd-full-is-not-writable",
     [] {
       const int fd = eventfd(0, EFD_NONBLOCK);
       Signal(fd, ~uint64_t{0} - 1);
       pollfd entry{fd, POLLIN | POLLOUT, 0};
       poll(&entry, 1, 0);
       const uint64_t one = 1;
       return All({std::to_string(entry.revents), Value(write(fd, &one, sizeof one))});
     }},
};

}  // namespace

BehaviourArea EventsBehaviours() {
  return {"events", "epoll, eventfd and timerfd", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
