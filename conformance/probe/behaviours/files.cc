// SPDX-License-Identifier: Apache-2.0
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

struct stat StatOf(const char* path) {
  struct stat info {};
  stat(path, &info);
  return info;
}

std::string Size(const char* path) { return std::to_string(StatOf(path).st_size); }
std::string Mode(const char* path) { return Octal(StatOf(path).st_mode & 07777); }

const Behaviour kBehaviours[] = {
    {"open-missing", [] { return Outcome(open("missing", O_RDONLY)); }},
    {"open-exclusive",
     [] {
       NewFile("a");
       return Outcome(open("a", O_CREAT | O_EXCL | O_WRONLY, 0600));
     }},
    {"open-directory-for-writing", [] { return Outcome(open(".", O_WRONLY)); }},
    {"open-file-as-directory",
     [] {
       NewFile("a");
       return Outcome(open("a", O_RDONLY | O_DIRECTORY));
     }},
    {"open-below-file",
     [] {
       NewFile("a");
       return Outcome(open("a/b", O_RDONLY));
     }},
    {"open-truncates",
     [] {
       NewFile("a", "content");
       open("a", O_WRONLY | O_TRUNC);
       return Size("a");
     }},
    {"open-long-name",
     [] { return Outcome(open(std::string(256, 'x').c_str(), O_CREAT | O_RDWR, 0600)); }},
    {"open-long-path", [] { return Outcome(open(std::string(5000, '/').c_str(), O_RDONLY)); }},
    {"open-bad-address", [] { return Outcome(open(reinterpret_cast<const char*>(1), O_RDONLY)); }},
    {"open-temporary-file", [] { return Outcome(open(".", O_TMPFILE | O_RDWR, 0600)); }},
    {"open-path-cannot-read",
     [] {
       NewFile("a", "x");
       return ReadUpTo(open("a", O_PATH), 1);
     }},
    {"create-respects-umask",
     [] {
       umask(027);
       close(open("a", O_CREAT | O_WRONLY, 0666));
       return Mode("a");
     }},
    {"umask-that-came", [] { return Octal(umask(0)); }},
    {"read-at-end",
     [] {
       const int fd = NewFile("a", "ab");
       return All({ReadUpTo(fd, 5), ReadUpTo(fd, 5)});
     }},
    {"read-of-write-only",
     [] {
       NewFile("a", "ab");
       return ReadUpTo(open("a", O_WRONLY), 1);
     }},
    {"read-directory", [] { return ReadUpTo(open(".", O_RDONLY), 1); }},
    {"write-of-read-only",
     [] {
       NewFile("a", "ab");
       return Value(write(open("a", O_RDONLY), "x", 1));
     }},
    {"append-goes-to-the-end",
     [] {
       NewFile("a", "ab");
       const int fd = open("a", O_RDWR | O_APPEND);
       lseek(fd, 0, SEEK_SET);
       (void)!write(fd, "c", 1);
       lseek(fd, 0, SEEK_SET);
       return ReadUpTo(fd, 9);
     }},
    {"seek-before-beginning", [] { return Value(lseek(NewFile("a"), -1, SEEK_SET)); }},
    {"seek-makes-a-hole",
     [] {
       const int fd = NewFile("a");
       lseek(fd, 100000, SEEK_SET);
       (void)!write(fd, "x", 1);
       return All({Size("a"), Value(lseek(fd, 0, SEEK_HOLE))});
     }},
    {"seek-data",
     [] {
       const int fd = NewFile("a");
       lseek(fd, 65536, SEEK_SET);
       (void)!write(fd, "x", 1);
       return Value(lseek(fd, 0, SEEK_DATA));
     }},
    {"pread-leaves-the-offset",
     [] {
       const int fd = NewFile("a", "abcdef");
       char byte = 0;
       const ssize_t count = pread(fd, &byte, 1, 3);
       return All({Value(count), std::string(1, byte), Value(lseek(fd, 0, SEEK_CUR))});
     }},
    {"pwrite-beyond-the-end",
     [] {
       const int fd = NewFile("a", "ab");
       return All({Value(pwrite(fd, "z", 1, 9)), Size("a")});
     }},
    {"vectors-are-one-write",
     [] {
       const int fd = NewFile("a");
       iovec parts[] = {{const_cast<char*>("ab"), 2}, {const_cast<char*>("cd"), 2}};
       return All({Value(writev(fd, parts, 2)), Size("a")});
     }},
    {"vectors-too-many",
     [] {
       std::vector<iovec> parts(1025);
       return Value(writev(NewFile("a"), parts.data(), static_cast<int>(parts.size())));
     }},
    {"truncate-shortens-and-lengthens",
     [] {
       NewFile("a", "abcdef");
       const std::string shorter = Outcome(truncate("a", 2)) + " " + Size("a");
       return All({shorter, Outcome(truncate("a", 50)) + " " + Size("a")});
     }},
    {"truncate-directory", [] { return Outcome(truncate(".", 0)); }},
    {"truncate-negative",
     [] {
       NewFile("a");
       return Outcome(truncate("a", -1));
     }},
    {"allocate",
     [] {
       const int fd = NewFile("a");
       return All({Outcome(fallocate(fd, 0, 0, 8192)), Size("a")});
     }},
    {"punch-hole",
     [] {
       const int fd = NewFile("a", std::string(8192, 'x'));
       const int flags = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
       return All(
           {Outcome(fallocate(fd, flags, 0, 4096)), ReadUpTo(fd, 1) == "\"x\"" ? "data" : "hole"});
     }},
    {"sendfile",
     [] {
       const int from = NewFile("a", "abcdef");
       const int to = NewFile("b");
       return All({Value(sendfile(to, from, nullptr, 4)), Size("b")});
     }},
    {"copy-file-range",
     [] {
       const int from = NewFile("a", "abcdef");
       const int to = NewFile("b");
       return All({Value(copy_file_range(from, nullptr, to, nullptr, 4, 0)), Size("b")});
     }},
    {"chmod",
     [] {
       NewFile("a");
       return All({Outcome(chmod("a", 04755)), Mode("a")});
     }},
    {"chmod-sticky-directory",
     [] {
       mkdir("d", 0700);
       return All({Outcome(chmod("d", 01777)), Mode("d")});
     }},
    {"chown",
     [] {
       NewFile("a");
       const std::string done = Outcome(chown("a", 12, 34));
       const struct stat info = StatOf("a");
       return All({done, std::to_string(info.st_uid), std::to_string(info.st_gid)});
     },
     "CAP_CHOWN"},
    {"chown-clears-setuid",
     [] {
       NewFile("a");
       chmod("a", 06755);
       (void)!chown("a", 12, 34);
       return Mode("a");
     },
     "CAP_CHOWN"},
    {"write-clears-setuid",
     [] {
       const int fd = NewFile("a");
       fchmod(fd, 06755);
       (void)!write(fd, "x", 1);
       return Mode("a");
     },
     "CAP_FSETID"},
    {"set-times",
     [] {
       NewFile("a");
       const timespec times[2] = {{1000, 1}, {2000, 2}};
       const std::string done = Outcome(utimensat(AT_FDCWD, "a", times, 0));
       const struct stat info = StatOf("a");
       return All({done, std::to_string(info.st_atime), std::to_string(info.st_mtim.tv_nsec)});
     }},
    {"access-as-root-without-mode",
     [] {
       NewFile("a");
       chmod("a", 0);
       return All({Outcome(access("a", R_OK | W_OK)), Outcome(access("a", X_OK))});
     },
     "CAP_DAC_OVERRIDE"},
    {"lock-is-exclusive",
     [] {
       NewFile("a");
       const int first = open("a", O_RDWR);
       flock(first, LOCK_EX);
       return Outcome(flock(open("a", O_RDWR), LOCK_EX | LOCK_NB));
     }},
    {"record-lock-of-another-process",
     [] {
       const int fd = NewFile("a", "abcdef");
       struct flock lock {};
       lock.l_type = F_WRLCK;
       lock.l_len = 3;
       fcntl(fd, F_SETLK, &lock);
       return EndOfChild([&] { _exit(fcntl(fd, F_SETLK, &lock) < 0 ? errno : 0); });
     }},
    // In memory since Linux 6.6.
    {"extended-attribute",
     [] {
       NewFile("a");
       const std::string done = Outcome(setxattr("a", "user.note", "x", 1, 0));
       char value = 0;
       return All({done, Value(getxattr("a", "user.note", &value, 1))});
     },
     kOfTheKernel},
    {"extended-attribute-missing",
     [] {
       NewFile("a");
       char value = 0;
       return Value(getxattr("a", "user.none", &value, 1));
     },
     kOfTheKernel},
    {"sync",
     [] {
       const int fd = NewFile("a", "x");
       return All(
           {Outcome(fsync(fd)), Outcome(fdatasync(fd)), Outcome(fsync(open("/dev/null", O_RDWR)))});
     }},
    {"stat-of-bad-descriptor",
     [] {
       struct stat info {};
       return Outcome(fstat(999, &info));
     }},
    {"statvfs-of-root",
     [] {
       struct statvfs info {};
       const int done = statvfs("/", &info);
       return All({Outcome(done), std::to_string(info.f_bsize), std::to_string(info.f_namemax)});
     }},
};

}  // namespace

BehaviourArea FilesBehaviours() {
  return {"files",
          "opening, reading, writing and changing files",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
