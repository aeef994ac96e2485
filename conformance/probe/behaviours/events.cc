// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
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
};

}  // namespace

BehaviourArea EventsBehaviours() {
  return {"events", "epoll, eventfd and timerfd", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
