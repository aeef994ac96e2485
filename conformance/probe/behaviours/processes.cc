// SPDX-License-Identifier: Apache-2.0
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>

#include <array>
#include <string>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// Why this file cannot be executed.
std::string ErrorOfExec(const char* path) {
  return InChild([path] {
    char* arguments[] = {const_cast<char*>(path), nullptr};
    char* environment[] = {nullptr};
    execve(path, arguments, environment);
    return errno;
  });
}

const Behaviour kBehaviours[] = {
    {"exit-status", [] { return EndOfChild([] { _exit(300); }); }},
    {"killed", [] { return EndOfChild([] { kill(getpid(), SIGKILL); }); }},
    {"no-children", [] { return Outcome(wait(nullptr)); }},
    {"wait-for-a-stranger", [] { return Outcome(waitpid(getppid(), nullptr, 0)); }},
    {"not-ended-yet",
     [] {
       const pid_t pid = fork();
       if (pid == 0) pause();
       const std::string answer = Value(waitpid(pid, nullptr, WNOHANG));
       kill(pid, SIGKILL);
       return answer;
     }},
    {"wait-without-reaping",
     [] {
       const pid_t pid = fork();
       if (pid == 0) _exit(9);
       siginfo_t first{};
       siginfo_t second{};
       waitid(P_PID, static_cast<id_t>(pid), &first, WEXITED | WNOWAIT);
       waitid(P_PID, static_cast<id_t>(pid), &second, WEXITED);
       return All({std::to_string(first.si_status), std::to_string(second.si_status)});
     }},
    {"pidfd-tells-the-end",
     [] {
       const pid_t pid = fork();
       if (pid == 0) _exit(6);
       const long fd = syscall(SYS_pidfd_open, pid, 0);
       if (fd < 0) return ErrnoName(errno);
       siginfo_t information{};
       waitid(P_PIDFD, static_cast<id_t>(fd), &information, WEXITED);
       return std::to_string(information.si_status);
     }},
    {"clone-with-pidfd",
     [] {
       int fd = -1;
       clone_args arguments{};
       arguments.flags = CLONE_PIDFD;
       arguments.pidfd = reinterpret_cast<uint64_t>(&fd);
       arguments.exit_signal = SIGCHLD;
       const long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
       if (pid == 0) _exit(0);
       return All({Outcome(pid), Flag(fd >= 0)});
     }},
    {"vfork",
     [] {
       const pid_t pid = vfork();
       if (pid == 0) _exit(4);
       int status = 0;
       waitpid(pid, &status, 0);
       return std::to_string(WEXITSTATUS(status));
     }},
    {"parent-of-child",
     [] {
       const pid_t own = getpid();
       return EndOfChild([own] { _exit(getppid() == own ? 1 : 0); });
     }},
    {"orphan-goes-to-the-subreaper",
     [] {
       prctl(PR_SET_CHILD_SUBREAPER, 1);
       const pid_t own = getpid();
       std::array<int, 2> ends{};
       (void)!pipe(ends.data());
       if (fork() == 0) {
         if (fork() == 0) {
           while (getppid() != own) sched_yield();
           (void)!write(ends[1], "y", 1);
         }
         _exit(0);
       }
       return ReadUpTo(ends[0], 1);
     }},
    {"new-session",
     [] {
       return EndOfChild([] { _exit(setsid() == getpid() && getsid(0) == getpid() ? 1 : 0); });
     }},
    {"leader-cannot-begin-a-session",
     [] {
       setpgid(0, 0);
       return Outcome(setsid());
     }},
    {"group-of-a-stranger", [] { return Outcome(setpgid(0, 99999999)); }},
    {"execute-missing", [] { return ErrorOfExec("missing"); }},
    {"execute-without-mode",
     [] {
       close(NewFile("a", "#!/bin/none\n"));
       return ErrorOfExec("./a");
     }},
    {"execute-directory", [] { return ErrorOfExec("/tmp"); }},
    {"execute-nonsense",
     [] {
       const int fd = NewFile("a", "nonsense");
       fchmod(fd, 0755);
       close(fd);
       return ErrorOfExec("./a");
     }},
    {"execute-busy",
     [] {
       const int fd = NewFile("a", "nonsense");
       fchmod(fd, 0755);
       return ErrorOfExec("./a");
     }},
    {"execute-script-of-missing-interpreter",
     [] {
       const int fd = NewFile("a", "#!/missing/interpreter\n");
       fchmod(fd, 0755);
       close(fd);
       return ErrorOfExec("./a");
     }},
    {"execute-too-many-arguments",
     [] {
       return EndOfChild([] {
         const std::string large(200000, 'x');
         char* arguments[] = {const_cast<char*>("a"), const_cast<char*>(large.c_str()), nullptr};
         char* environment[] = {nullptr};
         execve("/loadline-probe", arguments, environment);
         _exit(errno == E2BIG ? 1 : 0);
       });
     }},
    {"name-of-a-process",
     [] {
       char name[16] = {};
       prctl(PR_SET_NAME, "a-name-that-is-too-long");
       prctl(PR_GET_NAME, name);
       return std::string(name);
     }},
    {"dies-with-parent",
     [] {
       std::array<int, 2> ends{};
       (void)!pipe(ends.data());
       const pid_t middle = fork();
       if (middle == 0) {
         if (fork() == 0) {
           prctl(PR_SET_PDEATHSIG, SIGKILL);
           (void)!write(ends[1], "r", 1);
           pause();
         }
         char ready = 0;
         (void)!read(ends[0], &ready, 1);
         _exit(0);
       }
       waitpid(middle, nullptr, 0);
       close(ends[1]);
       return ReadUpTo(ends[0], 1);  // the end of the file, once the last writer is gone
     }},
    {"trace-a-child",
     [] {
       const pid_t pid = fork();
       if (pid == 0) pause();
       const std::string seized = Outcome(ptrace(PTRACE_SEIZE, pid, nullptr, nullptr));
       kill(pid, SIGKILL);
       return seized;
     }},
    {"read-memory-of-a-child",
     [] {
       static int value = 4711;
       const pid_t pid = fork();
       if (pid == 0) {
         pause();
       }
       int copy = 0;
       iovec local{&copy, sizeof copy};
       iovec remote{&value, sizeof value};
       const ssize_t count = process_vm_readv(pid, &local, 1, &remote, 1, 0);
       kill(pid, SIGKILL);
       return All({Value(count), std::to_string(copy)});
     }},
    {"use-of-resources",
     [] {
       rusage usage{};
       const int done = getrusage(RUSAGE_SELF, &usage);
       return All({Outcome(done), Flag(usage.ru_maxrss > 0)});
     }},
    {"niceness-goes-up",
     [] {
       // As far as it goes: from there on nobody comes back without a capability, wherever he
       // began.
       setpriority(PRIO_PROCESS, 0, 19);
       return Value(getpriority(PRIO_PROCESS, 0));
     }},
    {"niceness-goes-down", [] { return Outcome(setpriority(PRIO_PROCESS, 0, -5)); },
     "CAP_SYS_NICE"},
    {"scheduler-of-itself", [] { return Value(sched_getscheduler(0)); }},
    {"batch-scheduling",
     [] {
       // Who was started in idle time leaves it with a capability alone.
       if (sched_getscheduler(0) == SCHED_IDLE) return std::string("idle already");
       sched_param parameters{};
       return All({Outcome(sched_setscheduler(0, SCHED_BATCH, &parameters)),
                   Value(sched_getscheduler(0))});
     }},
    {"affinity-to-nothing",
     [] {
       cpu_set_t none;
       CPU_ZERO(&none);
       return Outcome(sched_setaffinity(0, sizeof none, &none));
     }},
    {"file-size-limit",
     [] {
       return EndOfChild([] {
         const rlimit limit{10, 10};
         setrlimit(RLIMIT_FSIZE, &limit);
         (void)!write(NewFile("a"), "more than ten bytes", 19);
         (void)!write(open("a", O_WRONLY | O_APPEND), "x", 1);
       });
     }},
    {"open-files-limit",
     [] {
       const rlimit limit{5, 5};
       setrlimit(RLIMIT_NOFILE, &limit);
       while (open("/", O_RDONLY) >= 0) {
       }
       return ErrnoName(errno);
     }},
    {"limit-cannot-be-raised",
     [] {
       rlimit limit{100, 100};
       setrlimit(RLIMIT_NOFILE, &limit);
       limit = {200, 200};
       return Outcome(setrlimit(RLIMIT_NOFILE, &limit));
     },
     "CAP_SYS_RESOURCE"},
    {"processor-time-limit",
     [] {
       return EndOfChild([] {
         const rlimit limit{1, 2};
         setrlimit(RLIMIT_CPU, &limit);
         // A timer of processor time that is over at once tells the same without a second of work.
         const rlimit none{0, 2};
         setrlimit(RLIMIT_CPU, &none);
         while (true) asm volatile("");
       });
     }},
    {"soft-limit-above-the-hard-one",
     [] {
       const rlimit limit{200, 100};
       return All({Outcome(setrlimit(RLIMIT_NOFILE, &limit)),
                   Outcome(setrlimit(static_cast<__rlimit_resource>(99), &limit))});
     }},
    {"stack-limit",
     [] {
       const rlimit limit{65536, 65536};
       setrlimit(RLIMIT_STACK, &limit);
       return EndOfChild([] {
         volatile char frame[1 << 20];
         for (size_t at = 0; at < sizeof frame; at += 4096) frame[sizeof frame - 1 - at] = 1;
       });
     }},
    {"scheduled-when-idle",
     [] {
       const sched_param parameters{};
       return All({Outcome(sched_setscheduler(0, SCHED_IDLE, &parameters)),
                   Value(sched_getscheduler(0)), Outcome(sched_setscheduler(0, 99, &parameters))});
     }},
    {"scheduled-before-all-others",
     [] {
       // A child that does nothing: where a group has next to no real time, who gets it stands
       // still.
       const pid_t pid = fork();
       if (pid == 0) pause();
       sched_param parameters{};
       parameters.sched_priority = 1;
       const std::string answer = Outcome(sched_setscheduler(pid, SCHED_FIFO, &parameters));
       parameters.sched_priority = 0;
       sched_setscheduler(pid, SCHED_OTHER, &parameters);
       kill(pid, SIGKILL);
       return answer;
     },
     "CAP_SYS_NICE"},
    {"priorities-of-policies",
     [] {
       return All({Value(sched_get_priority_max(SCHED_FIFO)),
                   Value(sched_get_priority_min(SCHED_FIFO)),
                   Value(sched_get_priority_max(SCHED_OTHER)), Value(sched_get_priority_max(99))});
     }},
    {"affinity-is-kept",
     [] {
       cpu_set_t all;
       sched_getaffinity(0, sizeof all, &all);
       cpu_set_t one;
       CPU_ZERO(&one);
       for (int number = 0; number < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++number) {
         if (CPU_ISSET(number, &all)) CPU_SET(number, &one);
       }
       const std::string done = Outcome(sched_setaffinity(0, sizeof one, &one));
       cpu_set_t seen;
       sched_getaffinity(0, sizeof seen, &seen);
       return All({done, Flag(CPU_EQUAL(&seen, &one))});
     }},
    {"priority-of-input",
     [] {
       constexpr int kOfProcess = 1;
       constexpr int kBestEffort = 2 << 13;
       return All({Outcome(syscall(SYS_ioprio_set, kOfProcess, 0, kBestEffort | 7)),
                   Value(syscall(SYS_ioprio_get, kOfProcess, 0)),
                   Outcome(syscall(SYS_ioprio_set, kOfProcess, 0, kBestEffort | 8))});
     }},
    {"machine-of-32-bits",
     [] {
       utsname names{};
       const int before = personality(0xffffffff);
       const std::string done = Outcome(personality(PER_LINUX32));
       uname(&names);
       return All({std::to_string(before), done, names.machine});
     }},
    {"settings-of-its-own",
     [] {
       prctl(PR_SET_TIMERSLACK, 12345, 0, 0, 0);
       prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
       prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
       return All({Value(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0)),
                   Value(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)),
                   Value(prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0)), Outcome(prctl(9999, 0, 0, 0, 0))});
     }},
    {"descriptors-are-compared",
     [] {
       const int fd = NewFile("a");
       const pid_t pid = getpid();
       constexpr int kFile = 0;
       return All({Value(syscall(SYS_kcmp, pid, pid, kFile, fd, dup(fd))),
                   Flag(syscall(SYS_kcmp, pid, pid, kFile, fd, open("a", O_RDONLY)) > 0)});
     }},
    {"memory-of-a-child-is-written",
     [] {
       auto* shared = static_cast<volatile int*>(
           mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
       static int value = 1;
       const pid_t pid = fork();
       if (pid == 0) {
         while (shared[0] == 0) sched_yield();
         _exit(static_cast<volatile int&>(value));
       }
       int other = 33;
       const iovec local{&other, sizeof other};
       const iovec remote{&value, sizeof value};
       const ssize_t count = process_vm_writev(pid, &local, 1, &remote, 1, 0);
       const std::string written = Value(count);
       shared[0] = 1;
       int status = 0;
       waitpid(pid, &status, 0);
       return All({written, std::to_string(WEXITSTATUS(status))});
     }},
};

}  // namespace

BehaviourArea ProcessesBehaviours() {
  return {"processes",
          "making, executing, waiting for and limiting processes",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
