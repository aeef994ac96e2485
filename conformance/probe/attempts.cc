// SPDX-License-Identifier: Apache-2.0
// Things that an isolated process should not be able to do, each tried in a child whose end undoes
// it.
#include <fcntl.h>
#include <grp.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "conformance/probe/child.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

int Answer(bool done) { return done ? 0 : errno; }

int MountTmpfs() {
  // In a mount namespace of its own, so that nothing is seen of it outside.
  if (unshare(CLONE_NEWNS) != 0) return errno;
  return Answer(mount("tmpfs", "/tmp", "tmpfs", 0, nullptr) == 0);
}

int UnmountSecret() { return Answer(umount2("/secret", MNT_DETACH) == 0); }

int MakeNullDevice() {
  const char* path = "/dev/shm/.loadline-node";
  const bool made = mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0;
  const int answer = Answer(made);
  if (made) unlink(path);
  return answer;
}

int OpenNewDevice() {
  const char* path = "/dev/shm/.loadline-kmsg";
  if (mknod(path, S_IFCHR | 0600, makedev(1, 11)) != 0) return errno;
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const int answer = Answer(fd >= 0);
  unlink(path);
  return answer;
}

int SetSameHostname() {
  char name[256];
  if (gethostname(name, sizeof name) != 0) return errno;
  return Answer(sethostname(name, std::char_traits<char>::length(name)) == 0);
}

int RaiseOpenFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  ++limit.rlim_max;
  return Answer(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

int BecomeRoot() { return Answer(setuid(0) == 0); }
int ChangeRoot() { return Answer(chroot("/") == 0); }
int NewUserNamespace() { return Answer(unshare(CLONE_NEWUSER) == 0); }
int ChangeOwner() { return Answer(chown("/dev/shm", 0, 0) == 0); }

int SetGroups() { return Answer(setgroups(0, nullptr) == 0); }

int RawSocket() {
  const int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1);
  return Answer(fd >= 0);
}

int WriteNull() {
  const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  return Answer(fd >= 0 && write(fd, "x", 1) == 1);
}

int OpenMoreFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (rlim_t opened = 0; opened <= limit.rlim_cur; ++opened) {
    if (open("/", O_PATH | O_CLOEXEC) < 0) return errno;
  }
  return 0;
}

// Without stopping it; the end of this child lets go of it again.
int TraceParent() { return Answer(ptrace(PTRACE_SEIZE, getppid(), nullptr, nullptr) == 0); }

// Counting events of the kernel, not only of this process; the counter is closed at once.
int MeasureKernel() {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_DUMMY;
  return Answer(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC) >= 0);
}

// A handle that names no file: whoever may use handles is told that it is stale.
int OpenByHandle() {
  const int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct {
    file_handle head{8, 0x7f, {}};
    unsigned char bytes[8]{};
  } handle;
  return Answer(syscall(SYS_open_by_handle_at, root, &handle, O_PATH) >= 0);
}

#ifdef __x86_64__

// The session as /proc has it: a filter may forbid to ask.
long SessionByProc() {
  const std::string stat = ReadText("/proc/self/stat");
  const auto words = Words(stat.substr(std::min(stat.rfind(')'), stat.size() - 1)));
  return words.size() > 4 ? std::atol(words[4].c_str()) : -1;
}

// Another answer is that of another call: numbers mean something else behind each door.
int AnswerOfSession(long answer) {
  if (answer < 0) return static_cast<int>(-answer);
  return answer == SessionByProc() ? 0 : ENOSYS;
}

// getsid(0) by the doors of other machines: 32 bits wide, and with the numbers of x32.
int EnterAsI386() {
  constexpr long kGetSid = 147;
  long result = kGetSid;
  asm volatile("int $0x80" : "+a"(result) : "b"(0) : "memory", "r8", "r9", "r10", "r11");
  return AnswerOfSession(result);
}

int EnterAsX32() {
  const long result = syscall(0x40000000 + SYS_getsid, 0);
  return AnswerOfSession(result < 0 ? -errno : result);
}

#else  // there are no such doors

int EnterAsI386() { return ENOSYS; }
int EnterAsX32() { return ENOSYS; }

#endif

struct Attempt {
  const char* name;
  int (*run)();
};

constexpr Attempt kAttempts[] = {
    {"mount-tmpfs", MountTmpfs},
    {"unmount-secret", UnmountSecret},
    {"mknod-null", MakeNullDevice},
    {"open-new-device", OpenNewDevice},
    {"sethostname", SetSameHostname},
    {"chroot", ChangeRoot},
    {"raise-nofile", RaiseOpenFiles},
    {"setuid-0", BecomeRoot},
    {"new-user-namespace", NewUserNamespace},
    {"set-groups", SetGroups},
    {"raw-socket", RawSocket},
    {"write-device-null", WriteNull},
    {"chown-root", ChangeOwner},
    {"exceed-nofile", OpenMoreFiles},
    {"ptrace-parent", TraceParent},
    {"measure-kernel", MeasureKernel},
    {"open-by-handle", OpenByHandle},
    {"enter-as-i386", EnterAsI386},
    {"enter-as-x32", EnterAsX32},
};

}  // namespace

std::string TryAttempt(const std::string& name) {
  const auto* found = std::find_if(std::begin(kAttempts), std::end(kAttempts),
                                   [&](const Attempt& attempt) { return name == attempt.name; });
  return found == std::end(kAttempts) ? "unknown" : InChild(found->run);
}

}  // namespace loadline::probe
