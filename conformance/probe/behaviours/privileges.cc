// SPDX-License-Identifier: Apache-2.0
// Who a process is and what it may do. Where an act would change more than this process, it is
// asked for in a way that cannot succeed.
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

constexpr unsigned long kBlockOf = 1;  // FIBMAP: linux/fs.h does not go together with sys/mount.h

const Behaviour kBehaviours[] = {
    {"change-user-and-not-back",
     [] {
       const std::string away = Outcome(setresuid(1000, 1000, 1000));
       return All({away, Outcome(setresuid(0, 0, 0))});
     },
     "CAP_SETUID"},
    {"change-group",
     [] {
       return All({Outcome(setresgid(5, 6, 7)), Value(getegid())});
     },
     "CAP_SETGID"},
    {"change-groups",
     [] {
       const gid_t groups[] = {3, 4};
       return All({Outcome(setgroups(2, groups)), Value(getgroups(0, nullptr))});
     },
     "CAP_SETGID"},
    {"file-system-user",
     [] {
       setfsuid(7);
       return std::to_string(setfsuid(static_cast<uid_t>(-1)));
     },
     "CAP_SETUID"},
    {"user-without-privileges-is-refused",
     [] {
       NewFile("a", "x");
       chmod("a", 0600);
       (void)!setresuid(1000, 1000, 1000);
       return Outcome(open("a", O_RDONLY));
     },
     "CAP_SETUID"},
    {"user-loses-capabilities",
     [] {
       (void)!setresuid(1000, 1000, 1000);
       return Outcome(setgroups(0, nullptr));
     },
     "CAP_SETUID"},
    {"signal-of-another-user",
     [] {
       const pid_t pid = fork();
       if (pid == 0) {
         pause();
         _exit(0);
       }
       const std::string answer = EndOfChild([pid] {
         (void)!setresuid(1000, 1000, 1000);
         _exit(kill(pid, 0) < 0 ? errno : 0);
       });
       kill(pid, SIGKILL);
       return answer;
     },
     "CAP_SETUID"},
    {"new-privileges-stay-renounced",
     [] {
       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
       return All({Outcome(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)),
                   Value(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0))});
     }},
    {"capability-unknown", [] { return Outcome(prctl(PR_CAPBSET_READ, 99, 0, 0, 0)); }},
    {"bounding-set-is-dropped",
     [] {
       return All({Outcome(prctl(PR_CAPBSET_DROP, CAP_KILL, 0, 0, 0)),
                   Value(prctl(PR_CAPBSET_READ, CAP_KILL, 0, 0, 0))});
     },
     "CAP_SETPCAP"},
    {"dumpable",
     [] {
       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
       return Value(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
     }},
    {"change-root", [] { return Outcome(chroot(".")); }, "CAP_SYS_CHROOT"},
    {"change-root-hides",
     [] {
       if (chroot(".") != 0) return ErrnoName(errno);
       return Outcome(open("/proc/self", O_RDONLY));
     },
     "CAP_SYS_CHROOT"},
    {"mount", [] { return Outcome(mount(nullptr, "missing", nullptr, MS_BIND, nullptr)); },
     "CAP_SYS_ADMIN"},
    {"unmount", [] { return Outcome(umount2("missing", 0)); }, "CAP_SYS_ADMIN"},
    {"new-filesystem-context", [] { return Outcome(syscall(SYS_fsopen, "tmpfs", 0)); },
     "CAP_SYS_ADMIN"},
    {"new-mount-namespace", [] { return Outcome(unshare(CLONE_NEWNS)); }, "CAP_SYS_ADMIN"},
    {"new-network-namespace", [] { return Outcome(unshare(CLONE_NEWNET)); }, "CAP_SYS_ADMIN"},
    {"unshare-files", [] { return Outcome(unshare(CLONE_FILES)); }},
    {"join-what-is-no-namespace", [] { return Outcome(setns(open("/", O_RDONLY), 0)); }},
    {"set-host-name", [] { return Outcome(syscall(SYS_sethostname, nullptr, 1000)); },
     "CAP_SYS_ADMIN"},
    {"swap-off", [] { return Outcome(syscall(SYS_swapoff, "missing")); }, "CAP_SYS_ADMIN"},
    {"quota", [] { return Outcome(syscall(SYS_quotactl, -1, nullptr, 0, nullptr)); }},
    {"reboot-with-wrong-magic", [] { return Outcome(syscall(SYS_reboot, 0, 0, 0, nullptr)); },
     "CAP_SYS_BOOT"},
    {"load-no-module", [] { return Outcome(syscall(SYS_init_module, nullptr, 0, "")); },
     "CAP_SYS_MODULE", true},
    {"kernel-log", [] { return Outcome(syscall(SYS_syslog, 10, nullptr, 0)); }, "CAP_SYSLOG"},
    {"kernel-log-on-no-console", [] { return Outcome(syscall(SYS_syslog, 8, nullptr, 99)); },
     "CAP_SYSLOG"},
    {"processor-events-with-no-size",
     [] { return Outcome(syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0)); }},
    {"bpf-with-no-command",
     [] {
       bpf_attr attributes{};
       return Outcome(syscall(SYS_bpf, 9999, &attributes, sizeof attributes));
     },
     "CAP_BPF", true},
    {"bpf-with-types-of-no-size",
     [] {
       bpf_attr attributes{};
       return Outcome(syscall(SYS_bpf, BPF_BTF_LOAD, &attributes, sizeof attributes));
     },
     "CAP_BPF"},
    {"open-by-bad-handle", [] { return Outcome(syscall(SYS_open_by_handle_at, -1, nullptr, 0)); },
     "CAP_DAC_READ_SEARCH", true},
    {"open-by-handle",
     [] {
       alignas(file_handle) char room[sizeof(file_handle) + MAX_HANDLE_SZ] = {};
       auto* handle = reinterpret_cast<file_handle*>(room);
       handle->handle_bytes = MAX_HANDLE_SZ;
       int mount_id = 0;
       if (name_to_handle_at(AT_FDCWD, ".", handle, &mount_id, 0) != 0) return ErrnoName(errno);
       return Outcome(open_by_handle_at(AT_FDCWD, handle, O_RDONLY));
     },
     "CAP_DAC_READ_SEARCH"},
    {"block-of-a-file", [] { return Outcome(ioctl(NewFile("a"), kBlockOf, nullptr)); },
     "CAP_SYS_RAWIO"},
#ifdef SYS_ioperm
    {"ports", [] { return Outcome(syscall(SYS_ioperm, 0x80, 1, 1)); }, "CAP_SYS_RAWIO", true},
#endif
    {"immutable-attribute",
     [] { return Outcome(syscall(SYS_fcntl, NewFile("a"), F_SETLEASE, F_RDLCK)); }},
    {"device-without-policy", [] { return Outcome(open("/dev/zero", O_RDWR)); }},
    {"names-of-the-system",
     [] {
       utsname names{};
       uname(&names);
       return All({names.sysname, names.release, names.machine});
     },
     kOfTheKernel},
    {"host-name",
     [] {
       utsname names{};
       uname(&names);
       return std::string(names.nodename);
     },
     "/hostname"},
    {"own-pid", [] { return Flag(getppid() == 1); }, "namespace:pid"},
};

}  // namespace

BehaviourArea PrivilegesBehaviours() {
  return {"privileges",
          "users, capabilities and what takes them",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
