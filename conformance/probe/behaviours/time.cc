// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

timespec Now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time;
}

bool Before(const timespec& a, const timespec& b) {
  return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec <= b.tv_nsec);
}

std::string Resolution(clockid_t clock) {
  timespec time{};
  if (clock_getres(clock, &time) != 0) return ErrnoName(errno);
  return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
}

const Behaviour kBehaviours[] = {
    {"monotonic-does-not-go-back",
     [] {
       timespec last = Now(CLOCK_MONOTONIC);
       for (int i = 0; i < 1000; ++i) {
         const timespec now = Now(CLOCK_MONOTONIC);
         if (!Before(last, now)) return std::string("it does");
         last = now;
       }
       return std::string("ok");
     }},
    {"resolutions",
     [] {
       return All({Resolution(CLOCK_REALTIME), Resolution(CLOCK_MONOTONIC),
                   Resolution(CLOCK_BOOTTIME), Resolution(CLOCK_PROCESS_CPUTIME_ID)});
     }},
    {"clock-unknown",
     [] {
       timespec time{};
       return Outcome(clock_gettime(99, &time));
     }},
    {"clock-of-the-process-runs",
     [] {
       const timespec before = Now(CLOCK_PROCESS_CPUTIME_ID);
       const timespec begin = Now(CLOCK_MONOTONIC);
       const timespec end{begin.tv_sec + (begin.tv_nsec + 50000000) / 1000000000,
                          (begin.tv_nsec + 50000000) % 1000000000};
       while (Before(Now(CLOCK_MONOTONIC), end)) {
       }
       const timespec after = Now(CLOCK_PROCESS_CPUTIME_ID);
       return Flag(Before(before, after) &&
                   (before.tv_sec != after.tv_sec || before.tv_nsec != after.tv_nsec));
     }},
    {"set-the-clock",
     [] {
       // An impossible time: who may set the clock is told so, and nothing is set.
       const timespec impossible{0, -1};
       return Outcome(clock_settime(CLOCK_REALTIME, &impossible));
     }},
    {"sleep-takes-its-time",
     [] {
       const timespec before = Now(CLOCK_MONOTONIC);
       const timespec brief{0, 2000000};
       nanosleep(&brief, nullptr);
       const timespec after = Now(CLOCK_MONOTONIC);
       const int64_t took =
           (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
       return Flag(took >= 2000000);
     }},
    {"sleep-of-bad-time",
     [] {
       const timespec bad{0, 2000000000};
       return Outcome(nanosleep(&bad, nullptr));
     }},
    {"sleep-until-the-past",
     [] {
       const timespec past{1, 0};
       return std::to_string(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, nullptr));
     }},
    {"sleep-is-interrupted",
     [] {
       signal(SIGALRM, [](int) {});
       const itimerval brief{{0, 0}, {0, 5000}};
       setitimer(ITIMER_REAL, &brief, nullptr);
       const timespec long_time{4, 0};
       timespec left{};
       const std::string done = Outcome(nanosleep(&long_time, &left));
       return All({done, Flag(left.tv_sec >= 2)});
     }},
    {"virtual-timer",
     [] {
       return EndOfChild([] {
         const itimerval brief{{0, 0}, {0, 2000}};
         setitimer(ITIMER_VIRTUAL, &brief, nullptr);
         while (true) asm volatile("");
       });
     }},
    {"posix-timer",
     [] {
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGUSR1);
       sigprocmask(SIG_BLOCK, &set, nullptr);
       sigevent event{};
       event.sigev_notify = SIGEV_SIGNAL;
       event.sigev_signo = SIGUSR1;
       timer_t timer{};
       const std::string made = Outcome(timer_create(CLOCK_MONOTONIC, &event, &timer));
       const itimerspec soon{{0, 0}, {0, 1000000}};
       timer_settime(timer, 0, &soon, nullptr);
       siginfo_t information{};
       sigwaitinfo(&set, &information);
       return All({made, Flag(information.si_code == SI_TIMER)});
     }},
    {"alarm-tells-what-was-left", [] { return Flag(alarm(0) > 0); }},
};

}  // namespace

BehaviourArea TimeBehaviours() {
  return {"time", "clocks, sleeping and timers", {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
