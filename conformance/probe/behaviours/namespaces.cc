// SPDX-License-Identifier: Apache-2.0
// Namespaces that a process may make for itself, and what they show.
#include <arpa/inet.h>
#include <linux/nsfs.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

constexpr int kNewTime = 0x80;  // CLONE_NEWTIME

// What a process says that has made these namespaces, or why it could not.
template <class F>
std::string After(int namespaces, F&& says) {
  if (unshare(namespaces) != 0) return ErrnoName(errno);
  return says();
}

std::string Write(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoName(errno);
  const std::string answer = Outcome(write(fd, text.data(), text.size()));
  close(fd);
  return answer;
}

std::string HostName() {
  utsname names{};
  uname(&names);
  return names.nodename;
}

std::string BindLoopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Outcome(
      bind(socket(AF_INET, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof address));
}

int Own(const char* type) { return open(("/proc/self/ns/" + std::string(type)).c_str(), O_RDONLY); }

// Root is refused nothing here; everybody else depends on what the host lets users do.
const Behaviour kBehaviours[] = {
    {"users-are-nobody-at-first",
     [] {
       return After(CLONE_NEWUSER, [] {
         return All({std::to_string(getuid()), std::to_string(getgid())});
       });
     },
     "CAP_SYS_ADMIN"},
    {"user-is-mapped-once",
     [] {
       const std::string map = "0 " + std::to_string(getuid()) + " 1";
       return After(CLONE_NEWUSER, [&] {
         const std::string first = Write("/proc/self/uid_map", map);
         return All({first, std::to_string(getuid()), Write("/proc/self/uid_map", map)});
       });
     },
     "CAP_SYS_ADMIN"},
    {"group-is-mapped-without-groups",
     [] {
       const std::string map = "0 " + std::to_string(getgid()) + " 1";
       return After(CLONE_NEWUSER, [&] {
         const std::string before = Write("/proc/self/gid_map", map);
         const std::string denied = Write("/proc/self/setgroups", "deny");
         return All({before, denied, Write("/proc/self/gid_map", map)});
       });
     },
     "CAP_SYS_ADMIN"},
    {"users-twice-without-a-map",
     [] { return After(CLONE_NEWUSER, [] { return Outcome(unshare(CLONE_NEWUSER)); }); },
     "CAP_SYS_ADMIN"},
    {"first-process",
     [] {
       return After(CLONE_NEWUSER | CLONE_NEWPID, [] {
         return All({Flag(getpid() == 1), EndOfChild([] { _exit(getpid()); })});
       });
     },
     "CAP_SYS_ADMIN"},
    {"first-process-takes-all-with-it",
     [] {
       return After(CLONE_NEWUSER | CLONE_NEWPID, [] {
         EndOfChild([] {});
         return EndOfChild([] {});
       });
     },
     "CAP_SYS_ADMIN"},
    {"loopback-is-down",
     [] { return After(CLONE_NEWUSER | CLONE_NEWNET, [] { return BindLoopback(); }); },
     "CAP_SYS_ADMIN"},
    {"segments-of-another-namespace",
     [] {
       const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
       const std::string inside = InChild([id] {
         shmid_ds information{};
         if (unshare(CLONE_NEWUSER | CLONE_NEWIPC) != 0) return errno;
         return shmctl(id, IPC_STAT, &information) < 0 ? ENOTNAM : 0;
       });
       shmctl(id, IPC_RMID, nullptr);
       return inside;
     },
     "CAP_SYS_ADMIN"},
    {"name-of-its-own",
     [] {
       const std::string inside = InChild([] {
         if (unshare(CLONE_NEWUSER | CLONE_NEWUTS) != 0) return errno;
         if (sethostname("inside", 6) != 0) return errno;
         return HostName() == "inside" ? 0 : ENOTNAM;
       });
       return All({inside, Flag(HostName() == "inside")});
     },
     "CAP_SYS_ADMIN"},
    {"mount-of-its-own",
     [] {
       return After(CLONE_NEWUSER | CLONE_NEWNS, [] {
         const std::string done = Outcome(mount("tmpfs", ".", "tmpfs", 0, nullptr));
         return All({done, Outcome(umount2(".", MNT_DETACH))});
       });
     },
     "CAP_SYS_ADMIN"},
    {"clock-that-is-ahead",
     [] {
       return After(CLONE_NEWUSER | kNewTime, [] {
         timespec before{};
         clock_gettime(CLOCK_MONOTONIC, &before);
         const std::string set = Write("/proc/self/timens_offsets", "monotonic 86400 0");
         return All({set, EndOfChild([&] {
                       timespec inside{};
                       clock_gettime(CLOCK_MONOTONIC, &inside);
                       _exit(inside.tv_sec >= before.tv_sec + 86400 ? 1 : 0);
                     })});
       });
     },
     "CAP_SYS_ADMIN"},
    {"groups-begin-here",
     [] {
       return After(CLONE_NEWUSER | CLONE_NEWCGROUP, [] {
         bool all = true;
         for (const std::string& line : Lines(ReadText("/proc/self/cgroup")))
           all = all && line.ends_with(":/");
         return Flag(all);
       });
     },
     "CAP_SYS_ADMIN"},
    {"enter-its-own", [] { return Outcome(setns(Own("uts"), CLONE_NEWUTS)); }, "CAP_SYS_ADMIN"},
    {"enter-its-own-users", [] { return Outcome(setns(Own("user"), CLONE_NEWUSER)); }},
    {"enter-as-another-kind", [] { return Outcome(setns(Own("uts"), CLONE_NEWNET)); }},
    {"enter-what-is-no-kind", [] { return Outcome(setns(Own("uts"), 0x1)); }},
    {"kind-of-a-descriptor",
     [] {
       return All({Flag(ioctl(Own("uts"), NS_GET_NSTYPE) == CLONE_NEWUTS),
                   Flag(ioctl(Own("net"), NS_GET_NSTYPE) == CLONE_NEWNET)});
     }},
    {"owner-of-a-namespace",
     [] {
       return All(
           {Outcome(ioctl(Own("uts"), NS_GET_USERNS)), Outcome(ioctl(Own("uts"), NS_GET_PARENT))});
     }},
    {"parent-that-cannot-be-seen", [] { return Outcome(ioctl(Own("user"), NS_GET_PARENT)); }},
    {"namespace-that-is-unknown", [] { return Outcome(unshare(0x1)); }},
};

}  // namespace

BehaviourArea NamespacesBehaviours() {
  return {"namespaces",
          "namespaces that a process makes, and what they show",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
