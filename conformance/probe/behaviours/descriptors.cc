// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

const Behaviour kBehaviours[] = {
    {"close-twice",
     [] {
       const int fd = NewFile("a");
       return All({Outcome(close(fd)), Outcome(close(fd))});
     }},
    {"duplicate-shares-the-offset",
     [] {
       const int fd = NewFile("a", "abcd");
       const int copy = dup(fd);
       ReadUpTo(fd, 2);
       return ReadUpTo(copy, 2);
     }},
    {"opened-again-does-not",
     [] {
       const int fd = NewFile("a", "abcd");
       ReadUpTo(fd, 2);
       return ReadUpTo(open("a", O_RDONLY), 2);
     }},
    {"opened-again-through-proc",
     [] {
       const int fd = NewFile("a", "abcd");
       ReadUpTo(fd, 2);
       return ReadUpTo(open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY), 2);
     }},
    {"duplicate-onto-itself",
     [] {
       const int fd = NewFile("a");
       return All({Outcome(dup2(fd, fd)), Outcome(dup3(fd, fd, 0))});
     }},
    {"duplicate-of-closed", [] { return Outcome(dup2(999, 5)); }},
    {"duplicate-beyond-the-limit",
     [] {
       rlimit limit{};
       getrlimit(RLIMIT_NOFILE, &limit);
       return Outcome(dup2(0, static_cast<int>(limit.rlim_cur)));
     }},
    {"lowest-number-is-taken",
     [] {
       const int first = NewFile("a");
       const int second = NewFile("b");
       close(first);
       return Flag(NewFile("c") == first && second > first);
     }},
    {"closed-on-exec-is-not-inherited-by-dup",
     [] {
       const int fd = open("/", O_RDONLY | O_CLOEXEC);
       return All({Value(fcntl(fd, F_GETFD)), Value(fcntl(dup(fd), F_GETFD))});
     }},
    {"duplicate-from-a-number", [] { return Flag(fcntl(0, F_DUPFD_CLOEXEC, 77) >= 77); }},
    {"range-is-closed",
     [] {
       const int fd = NewFile("a");
       const std::string done = Outcome(syscall(SYS_close_range, fd, fd, 0));
       return All({done, Value(fcntl(fd, F_GETFD))});
     }},
    {"flags-are-kept",
     [] {
       NewFile("a");
       const int fd = open("a", O_WRONLY | O_APPEND | O_NONBLOCK);
       return Octal(static_cast<unsigned>(fcntl(fd, F_GETFL)) &
                    (O_ACCMODE | O_APPEND | O_NONBLOCK));
     }},
    {"command-unknown", [] { return Outcome(fcntl(0, 9999)); }},
    {"control-unknown", [] { return Outcome(ioctl(NewFile("a"), 0xdead, nullptr)); }},
    {"null-device",
     [] {
       const int fd = open("/dev/null", O_RDWR);
       return All({Value(write(fd, "abc", 3)), ReadUpTo(fd, 3)});
     }},
    {"full-device", [] { return Value(write(open("/dev/full", O_RDWR), "x", 1)); }},
    {"zero-device",
     [] {
       char byte = 5;
       (void)!read(open("/dev/zero", O_RDONLY), &byte, 1);
       return std::to_string(byte);
     }},
    {"random-device",
     [] {
       char bytes[16] = {};
       return Value(read(open("/dev/urandom", O_RDONLY), bytes, sizeof bytes));
     }},
    {"random-call",
     [] {
       char bytes[16] = {};
       return All({Value(syscall(SYS_getrandom, bytes, sizeof bytes, 0)),
                   Value(syscall(SYS_getrandom, bytes, sizeof bytes, 0xff))});
     }},
    {"link-of-a-descriptor",
     [] {
       char target[64] = {};
       const int fd = open("/dev/null", O_RDONLY);
       (void)!readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target - 1);
       return std::string(target);
     }},
    {"own-program-is-busy", [] { return Outcome(open("/proc/self/exe", O_WRONLY)); }},
    {"call-that-does-not-exist", [] { return Outcome(syscall(9999)); }},
};

}  // namespace

BehaviourArea DescriptorsBehaviours() {
  return {"descriptors",
          "descriptors, devices and /proc/self/fd",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
