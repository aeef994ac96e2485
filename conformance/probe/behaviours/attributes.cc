// SPDX-License-Identifier: Apache-2.0
// What is known of a file beside its content: statx, extended attributes, times, owners, names.
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// Of linux/stat.h, for older headers.
constexpr unsigned kMountId = 0x1000;
constexpr uint64_t kMountRoot = 0x2000;

// statx() by its number: the headers of the kernel and of the library do not go together.
long StatX(int directory, const char* path, int flags, unsigned mask, struct statx& info) {
  return syscall(SYS_statx, directory, path, flags, mask, &info);
}

std::string MountRoot(const char* path) {
  struct statx info {};
  if (StatX(AT_FDCWD, path, 0, STATX_BASIC_STATS, info) != 0) return ErrnoName(errno);
  return Flag((info.stx_attributes & kMountRoot) != 0);
}

std::string SetNote(const char* path, const char* name, std::string_view value, int flags = 0) {
  return Outcome(setxattr(path, name, value.data(), value.size(), flags));
}

timespec ModifiedAt(const char* path) {
  struct stat info {};
  lstat(path, &info);
  return info.st_mtim;
}

const Behaviour kBehaviours[] = {
    {"statx-basic",
     [] {
       NewFile("a", "abc");
       chmod("a", 0640);
       struct statx info {};
       const std::string done = Outcome(StatX(AT_FDCWD, "a", 0, STATX_BASIC_STATS, info));
       return All({done, Flag((info.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS),
                   std::to_string(info.stx_size), Octal(info.stx_mode & 07777)});
     }},
    {"statx-birth",
     [] {
       NewFile("a");
       struct statx info {};
       const std::string done = Outcome(StatX(AT_FDCWD, "a", 0, STATX_BTIME, info));
       return All({done, Flag((info.stx_mask & STATX_BTIME) != 0)});
     }},
    {"statx-mount",
     [] {
       struct statx info {};
       const std::string done = Outcome(StatX(AT_FDCWD, ".", 0, kMountId, info));
       return All({done, Flag((info.stx_mask & kMountId) != 0)});
     }},
    {"statx-reserved-mask",
     [] {
       struct statx info {};
       return Outcome(StatX(AT_FDCWD, ".", 0, 0x80000000U, info));
     }},
    {"statx-of-a-descriptor",
     [] {
       struct statx info {};
       const int fd = NewFile("a", "abcd");
       const std::string done = Outcome(StatX(fd, "", AT_EMPTY_PATH, STATX_SIZE, info));
       return All({done, std::to_string(info.stx_size), Outcome(StatX(fd, "", 0, 0, info))});
     }},
    {"statx-of-a-link",
     [] {
       (void)!symlink("target", "l");
       struct statx info {};
       const std::string done =
           Outcome(StatX(AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, info));
       return All({done, Flag(S_ISLNK(info.stx_mode)), std::to_string(info.stx_size)});
     }},
    {"statx-mounts-nothing",
     [] {
       struct statx info {};
       return Outcome(StatX(AT_FDCWD, ".", AT_NO_AUTOMOUNT, STATX_BASIC_STATS, info));
     }},
    {"statx-two-kinds-of-sync",
     [] {
       struct statx info {};
       return Outcome(
           StatX(AT_FDCWD, ".", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, STATX_SIZE, info));
     }},
    {"root-of-a-mount",
     [] {
       return All({MountRoot("/proc"), MountRoot("/dev/shm"), MountRoot(".")});
     }},
    // A filesystem in memory has a user's notes since Linux 6.6.
    {"notes-are-listed",
     [] {
       NewFile("a");
       const std::string done = All({SetNote("a", "user.one", "1"), SetNote("a", "user.two", "2")});
       char names[256] = {};
       const ssize_t length = listxattr("a", names, sizeof names);
       int count = 0;
       for (ssize_t at = 0; at < length; at += static_cast<ssize_t>(std::strlen(names + at)) + 1) {
         if (std::strncmp(names + at, "user.", 5) == 0) ++count;
       }
       return All({done, std::to_string(count)});
     },
     kOfTheKernel},
    {"note-made-twice",
     [] {
       NewFile("a");
       return All({SetNote("a", "user.one", "1", XATTR_CREATE),
                   SetNote("a", "user.one", "1", XATTR_CREATE)});
     },
     kOfTheKernel},
    {"note-replaced-that-is-not-there",
     [] {
       NewFile("a");
       return SetNote("a", "user.one", "1", XATTR_REPLACE);
     },
     kOfTheKernel},
    {"note-needs-room",
     [] {
       NewFile("a");
       SetNote("a", "user.one", "long");
       char value[2];
       return All({Value(getxattr("a", "user.one", nullptr, 0)),
                   Value(getxattr("a", "user.one", value, sizeof value))});
     },
     kOfTheKernel},
    {"note-with-a-long-name",
     [] {
       NewFile("a");
       return SetNote("a", ("user." + std::string(300, 'x')).c_str(), "1");
     }},
    {"note-of-no-kind",
     [] {
       NewFile("a");
       return SetNote("a", "note", "1");
     }},
    {"note-of-a-link",
     [] {
       (void)!symlink("target", "l");
       return Outcome(lsetxattr("l", "user.one", "1", 1, 0));
     }},
    {"note-removed",
     [] {
       NewFile("a");
       SetNote("a", "user.one", "1");
       return All({Outcome(removexattr("a", "user.one")), Outcome(removexattr("a", "user.one"))});
     },
     kOfTheKernel},
    {"note-of-the-trusted",
     [] {
       NewFile("a");
       return SetNote("a", "trusted.one", "1");
     },
     "CAP_SYS_ADMIN"},
    {"nameless-file-gets-a-name",
     [] {
       const int fd = open(".", O_TMPFILE | O_RDWR, 0600);
       if (fd < 0) return ErrnoName(errno);
       (void)!write(fd, "abc", 3);
       const std::string linked =
           Outcome(linkat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd)).c_str(), AT_FDCWD, "a",
                          AT_SYMLINK_FOLLOW));
       return All({linked, ReadUpTo(open("a", O_RDONLY), 9)});
     }},
    {"nameless-file-that-stays-so",
     [] {
       const int fd = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600);
       if (fd < 0) return ErrnoName(errno);
       return Outcome(linkat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd)).c_str(), AT_FDCWD,
                             "a", AT_SYMLINK_FOLLOW));
     }},
    {"one-time-is-left-alone",
     [] {
       NewFile("a");
       const timespec both[2] = {{1000, 1}, {2000, 2}};
       const timespec one[2] = {{0, UTIME_OMIT}, {3000, 3}};
       utimensat(AT_FDCWD, "a", both, 0);
       const std::string done = Outcome(utimensat(AT_FDCWD, "a", one, 0));
       struct stat info {};
       stat("a", &info);
       return All({done, std::to_string(info.st_atim.tv_sec), std::to_string(info.st_mtim.tv_sec)});
     }},
    {"times-of-a-link",
     [] {
       NewFile("a");
       (void)!symlink("a", "l");
       const timespec times[2] = {{1000, 1}, {2000, 2}};
       const std::string done = Outcome(utimensat(AT_FDCWD, "l", times, AT_SYMLINK_NOFOLLOW));
       return All(
           {done, std::to_string(ModifiedAt("l").tv_sec), Flag(ModifiedAt("a").tv_sec == 2000)});
     }},
    {"times-that-are-none",
     [] {
       NewFile("a");
       const timespec times[2] = {{0, 2000000000}, {0, 0}};
       return Outcome(utimensat(AT_FDCWD, "a", times, 0));
     }},
    {"owner-of-a-link",
     [] {
       NewFile("a");
       (void)!symlink("a", "l");
       const std::string done = Outcome(lchown("l", 12, 34));
       struct stat link {};
       struct stat file {};
       lstat("l", &link);
       stat("a", &file);
       return All({done, std::to_string(link.st_uid), Flag(file.st_uid == getuid())});
     },
     "CAP_CHOWN"},
    {"owner-left-alone",
     [] {
       NewFile("a");
       return Outcome(chown("a", static_cast<uid_t>(-1), static_cast<gid_t>(-1)));
     }},
    {"mode-through-a-descriptor-of-a-path",
     [] {
       NewFile("a");
       return Outcome(fchmod(open("a", O_PATH), 0600));
     }},
    {"access-by-effective-ids",
     [] {
       NewFile("a");
       return All({Outcome(faccessat(AT_FDCWD, "a", R_OK, AT_EACCESS)),
                   Outcome(faccessat(AT_FDCWD, "a", 99, 0))});
     }},
};

}  // namespace

BehaviourArea AttributesBehaviours() {
  return {"attributes",
          "statx, extended attributes, times and owners of files",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
