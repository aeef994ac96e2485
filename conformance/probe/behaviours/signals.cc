// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

volatile sig_atomic_t caught = 0;
volatile sig_atomic_t caught_code = 0;

void Catch(int number) { caught = number; }
void CatchWithInformation(int number, siginfo_t* information, void*) {
  caught = number;
  caught_code = information->si_code;
}

void Install(int number, int flags = 0) {
  struct sigaction action {};
  action.sa_handler = Catch;
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
}

sigset_t SetOf(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

void Block(int number) {
  const sigset_t set = SetOf({number});
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

const Behaviour kBehaviours[] = {
    {"handler-runs",
     [] {
       Install(SIGUSR1);
       raise(SIGUSR1);
       return std::to_string(caught);
     }},
    {"default-ends", [] { return EndOfChild([] { raise(SIGUSR1); }); }},
    {"abort", [] { return EndOfChild([] { abort(); }); }},
    {"ignored",
     [] {
       signal(SIGTERM, SIG_IGN);
       raise(SIGTERM);
       return std::string("alive");
     }},
    {"kill-cannot-be-caught", [] { return Outcome(signal(SIGKILL, Catch) == SIG_ERR ? -1 : 0); }},
    {"unknown-number", [] { return Outcome(kill(getpid(), 200)); }},
    {"probe-of-self", [] { return Outcome(kill(getpid(), 0)); }},
    {"nobody-has-this-pid", [] { return Outcome(kill(99999999, 0)); }},
    {"blocked-is-pending",
     [] {
       Block(SIGUSR1);
       raise(SIGUSR1);
       sigset_t pending;
       sigpending(&pending);
       return Flag(sigismember(&pending, SIGUSR1) == 1);
     }},
    {"unblocked-is-delivered",
     [] {
       Install(SIGUSR1);
       Block(SIGUSR1);
       raise(SIGUSR1);
       const sigset_t none = SetOf({});
       sigprocmask(SIG_SETMASK, &none, nullptr);
       return std::to_string(caught);
     }},
    {"pending-is-not-inherited",
     [] {
       Block(SIGUSR1);
       raise(SIGUSR1);
       return EndOfChild([] {
         sigset_t pending;
         sigpending(&pending);
         _exit(sigismember(&pending, SIGUSR1));
       });
     }},
    {"wait-with-time-out",
     [] {
       const sigset_t set = SetOf({SIGUSR1});
       const timespec brief{0, 1000000};
       return Value(sigtimedwait(&set, nullptr, &brief));
     }},
    {"wait-takes-pending",
     [] {
       Block(SIGUSR2);
       raise(SIGUSR2);
       const sigset_t set = SetOf({SIGUSR2});
       return std::to_string(sigwaitinfo(&set, nullptr) == SIGUSR2);
     }},
    {"queue-carries-a-value",
     [] {
       Block(SIGRTMIN);
       sigval value{};
       value.sival_int = 77;
       sigqueue(getpid(), SIGRTMIN, value);
       const sigset_t set = SetOf({SIGRTMIN});
       siginfo_t information{};
       sigwaitinfo(&set, &information);
       return All(
           {std::to_string(information.si_value.sival_int), Flag(information.si_code == SI_QUEUE)});
     }},
    {"real-time-signals-queue",
     [] {
       Block(SIGRTMIN);
       for (int i = 0; i < 3; ++i) kill(getpid(), SIGRTMIN);
       const sigset_t set = SetOf({SIGRTMIN});
       const timespec none{0, 0};
       int count = 0;
       while (sigtimedwait(&set, nullptr, &none) > 0) ++count;
       return std::to_string(count);
     }},
    {"ordinary-signals-merge",
     [] {
       Block(SIGUSR1);
       for (int i = 0; i < 3; ++i) kill(getpid(), SIGUSR1);
       const sigset_t set = SetOf({SIGUSR1});
       const timespec none{0, 0};
       int count = 0;
       while (sigtimedwait(&set, nullptr, &none) > 0) ++count;
       return std::to_string(count);
     }},
    {"descriptor-reads-signals",
     [] {
       Block(SIGUSR1);
       const sigset_t set = SetOf({SIGUSR1});
       const int fd = signalfd(-1, &set, SFD_NONBLOCK);
       signalfd_siginfo information{};
       const std::string before = Value(read(fd, &information, sizeof information));
       raise(SIGUSR1);
       return All({before, Value(read(fd, &information, sizeof information)),
                   Flag(information.ssi_signo == SIGUSR1)});
     }},
    {"interrupts-a-read",
     [] {
       int ends[2];
       (void)!pipe(ends);
       Install(SIGALRM);
       const itimerval brief{{0, 0}, {0, 20000}};
       setitimer(ITIMER_REAL, &brief, nullptr);
       char byte = 0;
       return Value(read(ends[0], &byte, 1));
     }},
    {"fault-has-a-code",
     [] {
       return EndOfChild([] {
         struct sigaction action {};
         action.sa_sigaction = [](int, siginfo_t* information, void*) {
           _exit(information->si_code);
         };
         action.sa_flags = SA_SIGINFO;
         sigaction(SIGSEGV, &action, nullptr);
         *reinterpret_cast<volatile char*>(8) = 1;
       });
     }},
    {"division-by-zero",
     [] {
       return EndOfChild([] {
         volatile int zero = 0;
         volatile int result = 7 / zero;
         (void)result;
       });
     }},
    {"illegal-instruction", [] { return EndOfChild([] { __builtin_trap(); }); }},
    {"alternative-stack",
     [] {
       return EndOfChild([] {
         stack_t stack{};
         stack.ss_size = 65536;
         stack.ss_sp = mmap(nullptr, stack.ss_size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         sigaltstack(&stack, nullptr);
         struct sigaction action {};
         action.sa_handler = [](int) { _exit(42); };
         action.sa_flags = SA_ONSTACK;
         sigaction(SIGUSR1, &action, nullptr);
         raise(SIGUSR1);
       });
     }},
    {"from-a-user",
     [] {
       struct sigaction action {};
       action.sa_sigaction = CatchWithInformation;
       action.sa_flags = SA_SIGINFO;
       sigaction(SIGUSR1, &action, nullptr);
       kill(getpid(), SIGUSR1);
       return Flag(caught_code == SI_USER);
     }},
    {"thread-signal",
     [] {
       Install(SIGUSR2);
       const long done = syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2);
       return All({Outcome(done), std::to_string(caught)});
     }},
    {"stop-and-continue",
     [] {
       const pid_t pid = fork();
       if (pid == 0) {
         raise(SIGSTOP);
         _exit(5);
       }
       int status = 0;
       waitpid(pid, &status, WUNTRACED);
       const std::string stopped = Flag(WIFSTOPPED(status));
       kill(pid, SIGCONT);
       waitpid(pid, &status, 0);
       return All({stopped, std::to_string(WEXITSTATUS(status))});
     }},
    {"alternative-stack-too-small",
     [] {
       char memory[256];
       stack_t stack{};
       stack.ss_sp = memory;
       stack.ss_size = sizeof memory;
       return Outcome(sigaltstack(&stack, nullptr));
     }},
    {"alternative-stack-in-use",
     [] {
       return EndOfChild([] {
         static std::array<char, 65536> memory;
         stack_t stack{};
         stack.ss_size = memory.size();
         stack.ss_sp = memory.data();
         sigaltstack(&stack, nullptr);
         struct sigaction action {};
         action.sa_handler = [](int) {
           stack_t now{};
           sigaltstack(nullptr, &now);
           const stack_t none{nullptr, SS_DISABLE, 0};
           _exit(now.ss_flags == SS_ONSTACK && sigaltstack(&none, nullptr) < 0 ? errno : 0);
         };
         action.sa_flags = SA_ONSTACK;
         sigaction(SIGUSR1, &action, nullptr);
         raise(SIGUSR1);
       });
     }},
    {"handler-for-once",
     [] {
       return EndOfChild([] {
         Install(SIGUSR1, static_cast<int>(SA_RESETHAND));
         raise(SIGUSR1);
         if (caught != SIGUSR1) _exit(1);
         raise(SIGUSR1);
       });
     }},
    {"handler-in-its-own-midst",
     [] {
       struct sigaction action {};
       action.sa_handler = [](int) {
         caught = caught + 1;
         if (caught < 3) raise(SIGUSR1);
         // Without SA_NODEFER the next one waits until this one is done.
         caught_code = caught_code * 10 + caught;
       };
       sigaction(SIGUSR1, &action, nullptr);
       raise(SIGUSR1);
       const std::string deferred = std::to_string(caught_code);
       caught = 0;
       caught_code = 0;
       action.sa_flags = SA_NODEFER;
       sigaction(SIGUSR1, &action, nullptr);
       raise(SIGUSR1);
       return All({deferred, std::to_string(caught_code)});
     }},
    {"read-goes-on",
     [] {
       static std::array<int, 2> ends;
       (void)!pipe(ends.data());
       struct sigaction action {};
       action.sa_handler = [](int) { (void)!write(ends[1], "x", 1); };
       action.sa_flags = SA_RESTART;
       sigaction(SIGALRM, &action, nullptr);
       const itimerval brief{{0, 0}, {0, 20000}};
       setitimer(ITIMER_REAL, &brief, nullptr);
       return ReadUpTo(ends[0], 1);
     }},
    {"mask-is-inherited",
     [] {
       Block(SIGUSR1);
       return EndOfChild([] {
         sigset_t mask;
         sigprocmask(SIG_BLOCK, nullptr, &mask);
         _exit(sigismember(&mask, SIGUSR1));
       });
     }},
    {"suspended-until-one-comes",
     [] {
       Block(SIGUSR1);
       Install(SIGUSR1);
       raise(SIGUSR1);
       const sigset_t none = SetOf({});
       const std::string done = Outcome(sigsuspend(&none));
       return All({done, std::to_string(caught)});
     }},
    {"queue-is-full",
     [] {
       const rlimit none{0, 0};
       setrlimit(RLIMIT_SIGPENDING, &none);
       Block(SIGRTMIN);
       return Outcome(sigqueue(getpid(), SIGRTMIN, sigval{}));
     }},
    {"lowest-comes-first",
     [] {
       const sigset_t set = SetOf({SIGRTMIN, SIGRTMIN + 1, SIGRTMIN + 2});
       sigprocmask(SIG_BLOCK, &set, nullptr);
       for (const int which : {2, 0, 1}) sigqueue(getpid(), SIGRTMIN + which, sigval{});
       std::string order;
       for (int i = 0; i < 3; ++i) order += std::to_string(sigwaitinfo(&set, nullptr) - SIGRTMIN);
       return order;
     }},
    {"descriptor-carries-a-value",
     [] {
       Block(SIGRTMIN);
       const sigset_t set = SetOf({SIGRTMIN});
       const int fd = signalfd(-1, &set, SFD_NONBLOCK);
       sigval value{};
       value.sival_int = 55;
       sigqueue(getpid(), SIGRTMIN, value);
       signalfd_siginfo information{};
       (void)!read(fd, &information, sizeof information);
       return All({std::to_string(information.ssi_int),
                   Flag(information.ssi_pid == static_cast<uint32_t>(getpid()))});
     }},
    {"codes-of-faults",
     [] {
       const auto code_of = [](int number, void (*fails)()) {
         return EndOfChild([&] {
           struct sigaction action {};
           action.sa_sigaction = [](int, siginfo_t* information, void*) {
             _exit(information->si_code);
           };
           action.sa_flags = SA_SIGINFO;
           sigaction(number, &action, nullptr);
           fails();
         });
       };
       return All({code_of(SIGFPE,
                           [] {
                             volatile int zero = 0;
                             zero = 7 / zero;
                           }),
                   code_of(SIGILL, [] { __builtin_trap(); }), code_of(SIGSEGV, [] {
                     void* memory =
                         mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                     *static_cast<volatile char*>(memory) = 1;
                   })});
     }},
    {"forged-origin",
     [] {
       const pid_t pid = fork();
       if (pid == 0) {
         while (true) pause();
       }
       siginfo_t forged{};
       forged.si_code = SI_USER;
       forged.si_signo = SIGUSR1;
       const std::string answer = Outcome(syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, &forged));
       kill(pid, SIGKILL);
       return answer;
     }},
    {"own-descriptors-are-ready",
     [] {
       std::array<int, 2> ends{};
       (void)!pipe(ends.data());
       Block(SIGIO);
       const std::string owned = Outcome(fcntl(ends[0], F_SETOWN, getpid()));
       fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK);
       (void)!write(ends[1], "x", 1);
       const sigset_t set = SetOf({SIGIO});
       const timespec patience{0, 200000000};
       return All({owned, Flag(sigtimedwait(&set, nullptr, &patience) == SIGIO),
                   Flag(fcntl(ends[0], F_GETOWN) == getpid())});
     }},
};

}  // namespace

BehaviourArea SignalsBehaviours() {
  return {"signals",
          "sending, blocking, catching and waiting for signals",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
