// SPDX-License-Identifier: Apache-2.0
// Timers of all kinds, by what they do.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

constexpr itimerspec kSoon{{0, 0}, {0, 1000000}};
constexpr itimerspec kOften{{0, 1000000}, {0, 1000000}};
constexpr itimerspec kLate{{7, 0}, {100, 0}};

std::string Expirations(int fd) {
  uint64_t count = 0;
  const ssize_t done = read(fd, &count, sizeof count);
  return done < 0 ? ErrnoName(errno) : std::to_string(count);
}

sigset_t Blocked(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return set;
}

// A timer that sends this signal, or nothing when it is 0.
std::string NewTimer(timer_t& timer, int number, clockid_t clock = CLOCK_MONOTONIC) {
  sigevent event{};
  event.sigev_notify = number == 0 ? SIGEV_NONE : SIGEV_SIGNAL;
  event.sigev_signo = number;
  return Outcome(timer_create(clock, &event, &timer));
}

const Behaviour kBehaviours[] = {
    {"descriptor-of-a-time-that-is-past",
     [] {
       const int fd = timerfd_create(CLOCK_REALTIME, 0);
       const itimerspec past{{0, 0}, {1, 0}};
       timerfd_settime(fd, TFD_TIMER_ABSTIME, &past, nullptr);
       return Expirations(fd);
     }},
    {"descriptor-counts-each-time",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
       timerfd_settime(fd, 0, &kOften, nullptr);
       uint64_t total = 0;
       while (total < 5) {
         uint64_t count = 0;
         if (read(fd, &count, sizeof count) < 0) return ErrnoName(errno);
         total += count;
       }
       return std::string("five");
     }},
    {"descriptor-is-disarmed",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
       timerfd_settime(fd, 0, &kLate, nullptr);
       const itimerspec none{};
       itimerspec old{};
       const std::string done = Outcome(timerfd_settime(fd, 0, &none, &old));
       itimerspec left{};
       timerfd_gettime(fd, &left);
       return All({done, Flag(old.it_value.tv_sec >= 98), std::to_string(left.it_value.tv_sec),
                   Expirations(fd)});
     }},
    {"descriptor-of-a-bad-time",
     [] {
       const itimerspec bad{{0, 0}, {0, 2000000000}};
       return Outcome(timerfd_settime(timerfd_create(CLOCK_MONOTONIC, 0), 0, &bad, nullptr));
     }},
    {"descriptor-with-an-unknown-flag",
     [] {
       return All(
           {Outcome(timerfd_create(CLOCK_MONOTONIC, 0x10)),
            Outcome(timerfd_settime(timerfd_create(CLOCK_MONOTONIC, 0), 0x10, &kSoon, nullptr))});
     }},
    {"descriptor-that-minds-the-clock-being-set",
     [] {
       const int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
       itimerspec far{};
       far.it_value.tv_sec = time(nullptr) + 1000;
       const std::string done =
           Outcome(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, nullptr));
       return All({done, Expirations(fd)});
     }},
    {"descriptor-with-little-room",
     [] {
       const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
       timerfd_settime(fd, 0, &kSoon, nullptr);
       char bytes[4];
       return Value(read(fd, bytes, sizeof bytes));
     }},
    {"descriptor-becomes-readable",
     [] {
       const int fd = timerfd_create(CLOCK_BOOTTIME, 0);
       timerfd_settime(fd, 0, &kSoon, nullptr);
       const int epoll = epoll_create1(0);
       epoll_event event{EPOLLIN, {}};
       epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
       return Value(epoll_wait(epoll, &event, 1, 1000));
     }},
    {"descriptor-that-wakes-the-machine",
     [] { return Outcome(timerfd_create(CLOCK_BOOTTIME_ALARM, 0)); }, "CAP_WAKE_ALARM"},
    {"of-processor-time",
     [] {
       return EndOfChild([] {
         timer_t timer{};
         NewTimer(timer, SIGUSR1, CLOCK_PROCESS_CPUTIME_ID);
         timer_settime(timer, 0, &kSoon, nullptr);
         while (true) asm volatile("");
       });
     }},
    {"of-a-signal-counts-what-was-missed",
     [] {
       const sigset_t set = Blocked(SIGUSR1);
       timer_t timer{};
       const std::string made = NewTimer(timer, SIGUSR1);
       timer_settime(timer, 0, &kOften, nullptr);
       poll(nullptr, 0, 30);  // the time in which it is missed
       sigwaitinfo(&set, nullptr);
       return All({made, Flag(timer_getoverrun(timer) > 5)});
     }},
    {"of-nothing-tells-what-is-left",
     [] {
       timer_t timer{};
       const std::string made = NewTimer(timer, 0);
       timer_settime(timer, 0, &kLate, nullptr);
       itimerspec left{};
       const std::string told = Outcome(timer_gettime(timer, &left));
       return All(
           {made, told, std::to_string(left.it_interval.tv_sec), Flag(left.it_value.tv_sec >= 98)});
     }},
    {"of-an-unknown-signal",
     [] {
       timer_t timer{};
       return NewTimer(timer, 200);
     }},
    {"of-an-unknown-clock",
     [] {
       timer_t timer{};
       return NewTimer(timer, SIGUSR1, 99);
     }},
    {"is-deleted-once",
     [] {
       timer_t timer{};
       NewTimer(timer, SIGUSR1);
       return All({Outcome(timer_delete(timer)), Outcome(timer_delete(timer))});
     }},
    {"is-not-inherited",
     [] {
       timer_t timer{};
       NewTimer(timer, SIGUSR1);
       return EndOfChild([timer] {
         itimerspec left{};
         _exit(timer_gettime(timer, &left) < 0 ? errno : 0);
       });
     }},
    {"interval-of-the-process-goes-on",
     [] {
       const sigset_t set = Blocked(SIGALRM);
       const itimerval often{{0, 1000}, {0, 1000}};
       setitimer(ITIMER_REAL, &often, nullptr);
       int count = 0;
       while (count < 3 && sigwaitinfo(&set, nullptr) == SIGALRM) ++count;
       return std::to_string(count);
     }},
    {"interval-of-work",
     [] {
       return EndOfChild([] {
         const itimerval brief{{0, 0}, {0, 2000}};
         setitimer(ITIMER_PROF, &brief, nullptr);
         while (true) asm volatile("");
       });
     }},
    {"interval-is-not-inherited",
     [] {
       const itimerval late{{0, 0}, {100, 0}};
       setitimer(ITIMER_REAL, &late, nullptr);
       return EndOfChild([] {
         itimerval left{};
         getitimer(ITIMER_REAL, &left);
         _exit(left.it_value.tv_sec == 0 && left.it_value.tv_usec == 0 ? 0 : 1);
       });
     }},
    {"interval-tells-what-was-left",
     [] {
       const itimerval late{{0, 0}, {100, 0}};
       const itimerval none{};
       itimerval old{};
       setitimer(ITIMER_VIRTUAL, &late, nullptr);
       const std::string done = Outcome(setitimer(ITIMER_VIRTUAL, &none, &old));
       return All({done, Flag(old.it_value.tv_sec >= 98)});
     }},
    {"interval-of-a-bad-time",
     [] {
       const itimerval bad{{0, 0}, {0, 2000000}};
       return Outcome(setitimer(ITIMER_REAL, &bad, nullptr));
     }},
    {"clock-of-nobody",
     [] {
       clockid_t clock{};
       return ErrnoName(clock_getcpuclockid(99999999, &clock));
     }},
    {"clock-is-asked-for-its-state",
     [] {
       timex state{};
       return Flag(adjtimex(&state) >= 0);
     }},
    {"clock-is-set-to-an-impossible-tick",
     [] {
       // Who may change the clock is told that no clock ticks like this, and nothing is changed.
       timex state{};
       state.modes = ADJ_TICK;
       state.tick = 1;
       return Value(adjtimex(&state));
     },
     "CAP_SYS_TIME"},
};

}  // namespace

BehaviourArea TimersBehaviours() {
  return {"timers",
          "timers: descriptors, signals and intervals",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
