// SPDX-License-Identifier: Apache-2.0
// Room for files, and bytes that move between descriptors without passing through a program.
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <array>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

std::array<int, 2> NewPipe() {
  std::array<int, 2> ends{-1, -1};
  (void)!pipe2(ends.data(), O_NONBLOCK);
  return ends;
}

std::string Size(int fd) {
  struct stat info {};
  fstat(fd, &info);
  return std::to_string(info.st_size);
}

std::string Content(int fd) {
  lseek(fd, 0, SEEK_SET);
  return ReadUpTo(fd, 32);
}

const Behaviour kBehaviours[] = {
    {"room-beyond-the-end",
     [] {
       const int fd = NewFile("a", "ab");
       return All({Outcome(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 8192)), Size(fd)});
     }},
    {"room-of-nothing", [] { return Outcome(fallocate(NewFile("a"), 0, 0, 0)); }},
    {"room-in-a-pipe", [] { return Outcome(fallocate(NewPipe()[1], 0, 0, 10)); }},
    {"room-in-a-directory", [] { return Outcome(fallocate(open(".", O_RDONLY), 0, 0, 10)); }},
    {"room-without-writing",
     [] {
       NewFile("a");
       return Outcome(fallocate(open("a", O_RDONLY), 0, 0, 10));
     }},
    {"room-beyond-the-limit",
     [] {
       signal(SIGXFSZ, SIG_IGN);
       const rlimit limit{100, 100};
       setrlimit(RLIMIT_FSIZE, &limit);
       const int fd = NewFile("a");
       return All({Outcome(fallocate(fd, 0, 0, 8192)), Size(fd)});
     }},
    {"range-of-zeroes",
     [] {
       const int fd = NewFile("a", "abcd");
       return All({Outcome(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 2)), Size(fd)});
     }},
    {"range-collapses",
     [] {
       const int fd = NewFile("a", std::string(8192, 'x'));
       return All({Outcome(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096)), Size(fd)});
     }},
    {"hole-that-changes-the-size",
     [] { return Outcome(fallocate(NewFile("a", "ab"), FALLOC_FL_PUNCH_HOLE, 0, 2)); }},
    {"copy-between-places",
     [] {
       const int from = NewFile("a", "abcdef");
       const int to = NewFile("b", "------");
       off64_t source = 2;
       off64_t target = 1;
       const std::string count = Value(copy_file_range(from, &source, to, &target, 3, 0));
       return All({count, std::to_string(source), std::to_string(target), Content(to)});
     }},
    {"copy-within-a-file",
     [] {
       const int fd = NewFile("a", "abcdef");
       off64_t source = 0;
       off64_t target = 3;
       return All({Value(copy_file_range(fd, &source, fd, &target, 3, 0)), Content(fd)});
     }},
    {"copy-onto-itself",
     [] {
       const int fd = NewFile("a", "abcdef");
       off64_t source = 0;
       off64_t target = 1;
       return Value(copy_file_range(fd, &source, fd, &target, 3, 0));
     }},
    {"copy-to-the-end-alone",
     [] {
       const int from = NewFile("a", "abc");
       NewFile("b");
       return Value(copy_file_range(from, nullptr, open("b", O_WRONLY | O_APPEND), nullptr, 3, 0));
     }},
    {"copy-with-a-flag",
     [] {
       return Value(copy_file_range(NewFile("a", "a"), nullptr, NewFile("b"), nullptr, 1, 1));
     }},
    {"copy-of-a-pipe",
     [] { return Value(copy_file_range(NewPipe()[0], nullptr, NewFile("b"), nullptr, 1, 0)); }},
    {"clone-of-a-file", [] { return Outcome(ioctl(NewFile("b"), FICLONE, NewFile("a", "abc"))); }},
    {"send-from-a-place",
     [] {
       const int from = NewFile("a", "abcdef");
       const int to = NewFile("b");
       off_t offset = 2;
       const std::string count = Value(sendfile(to, from, &offset, 3));
       return All({count, std::to_string(offset), Value(lseek(from, 0, SEEK_CUR)), Content(to)});
     }},
    {"send-to-a-socket",
     [] {
       std::array<int, 2> ends{};
       socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data());
       return All(
           {Value(sendfile(ends[0], NewFile("a", "abc"), nullptr, 9)), ReadUpTo(ends[1], 9)});
     }},
    {"send-to-the-end-alone",
     [] {
       NewFile("b");
       return Value(sendfile(open("b", O_WRONLY | O_APPEND), NewFile("a", "abc"), nullptr, 3));
     }},
    {"send-from-a-pipe", [] { return Value(sendfile(NewFile("a"), NewPipe()[0], nullptr, 3)); }},
    {"splice-from-a-place",
     [] {
       const auto ends = NewPipe();
       off64_t offset = 2;
       const std::string count =
           Value(splice(NewFile("a", "abcdef"), &offset, ends[1], nullptr, 3, 0));
       return All({count, std::to_string(offset), ReadUpTo(ends[0], 9)});
     }},
    {"splice-into-a-file",
     [] {
       const auto ends = NewPipe();
       (void)!write(ends[1], "abc", 3);
       const int fd = NewFile("a");
       return All({Value(splice(ends[0], nullptr, fd, nullptr, 9, 0)), Content(fd)});
     }},
    {"splice-without-a-pipe",
     [] { return Value(splice(NewFile("a", "a"), nullptr, NewFile("b"), nullptr, 1, 0)); }},
    {"splice-at-a-place-of-a-pipe",
     [] {
       off64_t offset = 0;
       return Value(splice(NewPipe()[0], &offset, NewFile("a"), nullptr, 1, 0));
     }},
    {"splice-of-a-pipe-into-itself",
     [] {
       const auto ends = NewPipe();
       return Value(splice(ends[0], nullptr, ends[1], nullptr, 1, 0));
     }},
    {"tee-of-a-file", [] { return Value(tee(NewFile("a", "a"), NewPipe()[1], 1, 0)); }},
    {"memory-into-a-pipe",
     [] {
       const auto ends = NewPipe();
       std::string text = "abc";
       const iovec part{text.data(), text.size()};
       return All({Value(vmsplice(ends[1], &part, 1, 0)), ReadUpTo(ends[0], 9)});
     }},
    {"memory-from-a-pipe",
     [] {
       const auto ends = NewPipe();
       (void)!write(ends[1], "abc", 3);
       std::string text(3, '-');
       const iovec part{text.data(), text.size()};
       return All({Value(vmsplice(ends[0], &part, 1, 0)), text});
     }},
    {"append-for-once",
     [] {
       const int fd = NewFile("a", "abc");
       const iovec part{const_cast<char*>("d"), 1};
       return All({Value(pwritev2(fd, &part, 1, 0, RWF_APPEND)), Content(fd)});
     }},
    {"flag-of-a-read-unknown",
     [] {
       char byte = 0;
       const iovec part{&byte, 1};
       return Value(preadv2(NewFile("a", "a"), &part, 1, 0, 0x4000));
     }},
    {"range-is-synced",
     [] {
       const int fd = NewFile("a", "a");
       return All({Outcome(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE)),
                   Outcome(sync_file_range(fd, 0, 0, 0x80))});
     }},
    {"advice-on-use",
     [] {
       const int fd = NewFile("a", "a");
       return All({ErrnoName(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)),
                   ErrnoName(posix_fadvise(fd, 0, 0, 99)),
                   ErrnoName(posix_fadvise(NewPipe()[0], 0, 0, POSIX_FADV_NORMAL))});
     }},
};

}  // namespace

BehaviourArea TransfersBehaviours() {
  return {"transfers",
          "room for files, and bytes that move between descriptors",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
