// SPDX-License-Identifier: Apache-2.0
// Filters of system calls that a process puts on itself (seccomp(2)).
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstddef>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// Answers one system call by an action, and allows all others.
std::string Filter(long call, uint32_t action, unsigned flags = 0) {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(rules), rules};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return Outcome(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

std::string Available(uint32_t action) {
  return Outcome(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

// getpgid(0) is the call that is filtered: nothing else here makes it.
std::string AskForGroup() { return Outcome(syscall(SYS_getpgid, 0)); }
void AskForGroupAndEnd() { _exit(syscall(SYS_getpgid, 0) < 0 ? errno : 0); }

const Behaviour kBehaviours[] = {
    {"answers-with-an-error",
     [] {
       const std::string before = AskForGroup();
       return All({before, Filter(SYS_getpgid, SECCOMP_RET_ERRNO | ENOTNAM), AskForGroup()});
     }},
    {"is-inherited",
     [] {
       Filter(SYS_getpgid, SECCOMP_RET_ERRNO | 7);
       return EndOfChild(AskForGroupAndEnd);
     }},
    {"strictest-counts",
     [] {
       const std::string first = Filter(SYS_getpgid, SECCOMP_RET_ERRNO | ENOTNAM);
       return All({first, Filter(SYS_getpgid, SECCOMP_RET_ALLOW), AskForGroup(),
                   Filter(SYS_getpgid, SECCOMP_RET_KILL_PROCESS), EndOfChild(AskForGroupAndEnd)});
     }},
    {"latest-error-counts",
     [] {
       Filter(SYS_getpgid, SECCOMP_RET_ERRNO | ENOTNAM);
       Filter(SYS_getpgid, SECCOMP_RET_ERRNO | EXFULL);
       return AskForGroup();
     }},
    {"kills-the-process",
     [] {
       Filter(SYS_getpgid, SECCOMP_RET_KILL_PROCESS);
       return EndOfChild(AskForGroupAndEnd);
     }},
    {"sends-a-signal",
     [] {
       Filter(SYS_getpgid, SECCOMP_RET_TRAP | 5);
       return EndOfChild([] {
         struct sigaction action {};
         action.sa_sigaction = [](int, siginfo_t* information, void*) {
           const bool right = information->si_code == 1 && information->si_errno == 5 &&
                              information->si_syscall == SYS_getpgid;
           _exit(right ? 42 : 1);
         };
         action.sa_flags = SA_SIGINFO;
         sigaction(SIGSYS, &action, nullptr);
         AskForGroupAndEnd();
       });
     }},
    {"leaves-only-four-calls",
     [] {
       return EndOfChild([] {
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
         syscall(SYS_getpgid, 0);
       });
     }},
    {"strict-end",
     [] {
       return EndOfChild([] {
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
         syscall(SYS_exit, 6);
       });
     }},
    {"program-without-an-end",
     [] {
       sock_filter rules[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)};
       const sock_fprog program{1, rules};
       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
       return Outcome(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
     }},
    {"program-of-nothing",
     [] {
       const sock_fprog program{0, nullptr};
       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
       return Outcome(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
     }},
    {"flag-unknown", [] { return Filter(SYS_getpgid, SECCOMP_RET_ALLOW, 0x4000); }},
    {"listener-is-a-descriptor",
     [] { return Filter(SYS_getpgid, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER); }},
    {"notice-that-nobody-hears",
     [] {
       const std::string filtered = Filter(SYS_getpgid, SECCOMP_RET_USER_NOTIF);
       return All({filtered, AskForGroup()});
     }},
    {"actions-that-there-are",
     [] {
       return All({Available(SECCOMP_RET_KILL_PROCESS), Available(SECCOMP_RET_TRAP),
                   Available(SECCOMP_RET_ERRNO), Available(SECCOMP_RET_USER_NOTIF),
                   Available(SECCOMP_RET_LOG), Available(0x12340000)});
     }},
    {"mode-is-told",
     [] {
       Filter(SYS_getpgid, SECCOMP_RET_ALLOW);
       return All({Value(prctl(PR_GET_SECCOMP, 0, 0, 0, 0)),
                   Field(ReadText("/proc/self/status"), "Seccomp")});
     }},
};

}  // namespace

BehaviourArea FiltersBehaviours() {
  return {"filters",
          "filters of system calls that a process puts on itself",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
