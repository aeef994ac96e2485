// SPDX-License-Identifier: Apache-2.0
// Children: how they are made, what they share, how their end is learned.
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

constexpr unsigned kNonblock = O_NONBLOCK;  // PIDFD_NONBLOCK

long Clone(uint64_t flags, uint64_t exit_signal = SIGCHLD) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = exit_signal;
  return syscall(SYS_clone3, &arguments, sizeof arguments);
}

// Of flags that are refused; a child that there is all the same ends at once.
std::string OutcomeOfClone(uint64_t flags) {
  const long pid = Clone(flags);
  if (pid == 0) _exit(0);
  return Outcome(pid);
}

// A child that does this, as EndOfChild(), made with these flags.
template <class F>
std::string EndOfClone(uint64_t flags, F&& does) {
  const long pid = Clone(flags);
  if (pid < 0) return ErrnoName(errno);
  if (pid == 0) {
    does();
    _exit(0);
  }
  int status = 0;
  waitpid(static_cast<pid_t>(pid), &status, 0);
  return "exit " + std::to_string(WEXITSTATUS(status));
}

pid_t NewSleeper() {
  const pid_t pid = fork();
  if (pid == 0) {
    while (true) pause();
  }
  return pid;
}

pid_t NewEnded(int status) {
  const pid_t pid = fork();
  if (pid == 0) _exit(status);
  return pid;
}

int DescriptorOf(pid_t pid, unsigned flags = 0) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, flags));
}

// "code status" of what the wait tells next of this child.
std::string Told(idtype_t kind, id_t id, int options) {
  siginfo_t information{};
  if (waitid(kind, id, &information, options) != 0) return ErrnoName(errno);
  return std::to_string(information.si_code) + " " + std::to_string(information.si_status);
}
std::string Told(pid_t pid, int options) { return Told(P_PID, static_cast<id_t>(pid), options); }

sigset_t Blocked(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return set;
}

void Catch(int number, int flags) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
}

bool Pending(int number) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, number) == 1;
}

const Behaviour kBehaviours[] = {
    {"clone-with-few-arguments",
     [] {
       clone_args arguments{};
       return Outcome(syscall(SYS_clone3, &arguments, 8));
     }},
    {"clone-with-an-unknown-flag", [] { return OutcomeOfClone(uint64_t{1} << 40); }},
    {"clone-with-flags-that-contradict",
     [] {
       return All({OutcomeOfClone(CLONE_SIGHAND), OutcomeOfClone(CLONE_THREAD),
                   OutcomeOfClone(CLONE_FS | CLONE_NEWNS)});
     }},
    {"clone-shares-descriptors",
     [] {
       const int fd = NewFile("a");
       const std::string ended = EndOfClone(CLONE_FILES, [fd] { close(fd); });
       return All({ended, Value(fcntl(fd, F_GETFD))});
     }},
    {"clone-shares-the-directory",
     [] {
       mkdir("d", 0755);
       const std::string ended = EndOfClone(CLONE_FS, [] { (void)!chdir("d"); });
       return All({ended, Outcome(access("../d", F_OK))});
     }},
    {"clone-forgets-handlers",
     [] {
       Catch(SIGUSR1, 0);
       return EndOfClone(CLONE_CLEAR_SIGHAND, [] {
         struct sigaction action {};
         sigaction(SIGUSR1, nullptr, &action);
         _exit(action.sa_handler == SIG_DFL ? 1 : 0);
       });
     }},
    {"child-with-another-signal",
     [] {
       const sigset_t set = Blocked(SIGUSR1);
       const long pid = Clone(0, SIGUSR1);
       if (pid == 0) _exit(3);
       const timespec patience{1, 0};
       const std::string told = Flag(sigtimedwait(&set, nullptr, &patience) == SIGUSR1);
       int status = 0;
       const std::string plain = Outcome(waitpid(static_cast<pid_t>(pid), nullptr, 0));
       return All({told, plain, Outcome(waitpid(static_cast<pid_t>(pid), &status, __WALL)),
                   std::to_string(WEXITSTATUS(status))});
     }},
    {"stopped-continued-and-killed",
     [] {
       const pid_t pid = NewSleeper();
       kill(pid, SIGSTOP);
       const std::string stopped = Told(pid, WSTOPPED);
       kill(pid, SIGCONT);
       const std::string continued = Told(pid, WCONTINUED);
       kill(pid, SIGKILL);
       return All({stopped, continued, Told(pid, WEXITED)});
     }},
    {"wait-for-a-group",
     [] {
       const pid_t pid = fork();
       if (pid == 0) {
         setpgid(0, 0);
         _exit(4);
       }
       setpgid(pid, pid);
       return All({Told(P_PGID, static_cast<id_t>(pid), WEXITED), Told(P_ALL, 0, WEXITED)});
     }},
    {"wait-for-nothing",
     [] {
       const pid_t pid = NewSleeper();
       siginfo_t information{};
       information.si_pid = 99;
       const int done = waitid(P_PID, static_cast<id_t>(pid), &information, WEXITED | WNOHANG);
       const std::string answer =
           All({Outcome(done), std::to_string(information.si_pid), Told(pid, 0), Told(pid, 0x10)});
       kill(pid, SIGKILL);
       return answer;
     }},
    {"children-that-nobody-minds",
     [] {
       signal(SIGCHLD, SIG_IGN);
       return Told(NewEnded(3), WEXITED);
     }},
    {"children-that-are-not-waited-for",
     [] {
       Catch(SIGCHLD, SA_NOCLDWAIT);
       Blocked(SIGCHLD);
       const pid_t pid = NewEnded(3);
       return All({Told(pid, WEXITED), Flag(Pending(SIGCHLD))});
     }},
    {"stops-that-are-not-told",
     [] {
       Catch(SIGCHLD, SA_NOCLDSTOP);
       Blocked(SIGCHLD);
       const pid_t pid = NewSleeper();
       kill(pid, SIGSTOP);
       Told(pid, WSTOPPED);
       const bool stop = Pending(SIGCHLD);
       kill(pid, SIGKILL);
       Told(pid, WEXITED);
       return All({Flag(stop), Flag(Pending(SIGCHLD))});
     }},
    {"end-comes-with-a-signal",
     [] {
       const sigset_t set = Blocked(SIGCHLD);
       Catch(SIGCHLD, 0);
       const pid_t pid = NewEnded(9);
       siginfo_t information{};
       sigwaitinfo(&set, &information);
       return All({Flag(information.si_pid == pid), std::to_string(information.si_code),
                   std::to_string(information.si_status)});
     }},
    {"descriptor-sends-a-signal",
     [] {
       const pid_t pid = NewSleeper();
       const std::string sent =
           Outcome(syscall(SYS_pidfd_send_signal, DescriptorOf(pid), SIGKILL, nullptr, 0));
       if (sent != "ok") kill(pid, SIGKILL);
       return All({sent, Told(pid, WEXITED)});
     }},
    {"descriptor-of-nobody",
     [] {
       return All({Outcome(DescriptorOf(99999999)), Outcome(DescriptorOf(-1)),
                   Outcome(DescriptorOf(getpid(), 1))});
     }},
    {"descriptor-becomes-readable",
     [] {
       const pid_t pid = NewSleeper();
       const int fd = DescriptorOf(pid);
       pollfd entry{fd, POLLIN, 0};
       const std::string before = Value(poll(&entry, 1, 0));
       kill(pid, SIGKILL);
       const std::string after = Value(poll(&entry, 1, 1000));
       return fd < 0 ? "none" : All({before, after});
     }},
    {"descriptor-takes-another",
     [] {
       const int file = NewFile("a", "taken");
       const pid_t pid = NewSleeper();
       close(file);
       const long taken = syscall(SYS_pidfd_getfd, DescriptorOf(pid), file, 0);
       kill(pid, SIGKILL);
       return taken < 0 ? ErrnoName(errno) : ReadUpTo(static_cast<int>(taken), 9);
     }},
    {"descriptor-that-does-not-wait",
     [] {
       const pid_t pid = NewSleeper();
       const int fd = DescriptorOf(pid, kNonblock);
       const std::string answer =
           fd < 0 ? ErrnoName(errno) : Told(P_PIDFD, static_cast<id_t>(fd), WEXITED);
       kill(pid, SIGKILL);
       return answer;
     }},
    {"descriptor-is-closed-on-exec", [] { return Value(fcntl(DescriptorOf(getpid()), F_GETFD)); }},
    {"group-is-killed",
     [] {
       const pid_t pid = fork();
       if (pid == 0) {
         while (true) pause();
       }
       setpgid(pid, pid);
       return All({Outcome(kill(-pid, SIGTERM)), Told(pid, WEXITED), Outcome(kill(-pid, 0))});
     }},
    {"what-a-child-does-not-inherit",
     [] {
       prctl(PR_SET_CHILD_SUBREAPER, 1);
       prctl(PR_SET_PDEATHSIG, SIGTERM);
       return EndOfChild([] {
         int reaps = -1;
         int signal = -1;
         prctl(PR_GET_CHILD_SUBREAPER, &reaps);
         prctl(PR_GET_PDEATHSIG, &signal);
         _exit(reaps * 10 + signal);
       });
     }},
    {"what-a-child-inherits",
     [] {
       umask(013);
       const rlimit limit{33, 44};
       setrlimit(RLIMIT_NOFILE, &limit);
       setpriority(PRIO_PROCESS, 0, 19);  // which nobody is refused, wherever he began
       return EndOfChild([] {
         rlimit seen{};
         getrlimit(RLIMIT_NOFILE, &seen);
         const bool same = umask(0) == 013 && seen.rlim_cur == 33 && seen.rlim_max == 44 &&
                           getpriority(PRIO_PROCESS, 0) == 19;
         _exit(same ? 1 : 0);
       });
     }},
    {"limits-of-a-child",
     [] {
       const pid_t pid = NewSleeper();
       const rlimit wanted{22, 33};
       rlimit seen{};
       const std::string set = Outcome(prlimit(pid, RLIMIT_NOFILE, &wanted, nullptr));
       prlimit(pid, RLIMIT_NOFILE, nullptr, &seen);
       kill(pid, SIGKILL);
       return All({set, std::to_string(seen.rlim_cur), std::to_string(seen.rlim_max)});
     }},
    {"times-of-children-come-with-their-end",
     [] {
       rusage usage{};
       const pid_t pid = NewEnded(0);
       const std::string done = Flag(wait4(pid, nullptr, 0, &usage) == pid);
       rusage all{};
       getrusage(RUSAGE_CHILDREN, &all);
       return All({done, Flag(usage.ru_minflt > 0), Flag(all.ru_minflt >= usage.ru_minflt)});
     }},
};

}  // namespace

BehaviourArea ChildrenBehaviours() {
  return {"children",
          "how children are made, what they share, how their end is learned",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
