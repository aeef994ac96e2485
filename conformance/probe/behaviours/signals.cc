// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>

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
};

}  // namespace

BehaviourArea SignalsBehaviours() {
  return {"signals",
          "sending, blocking, catching and waiting for signals",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
