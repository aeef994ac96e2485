// SPDX-License-Identifier: Apache-2.0
// Pages: advice on them, moving and sealing them, and who is told of their faults.
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

const size_t kPage = 4096;

// Of linux/mman.h and linux/memfd.h, for older headers.
constexpr int kPopulateWrite = 23;
constexpr unsigned kNoExecution = 8;
constexpr int kFutureWrite = 0x0010;
constexpr int kUserModeOnly = 1;

char* Map(size_t size, int protection = PROT_READ | PROT_WRITE,
          int flags = MAP_PRIVATE | MAP_ANONYMOUS, int fd = -1) {
  void* memory = mmap(nullptr, size, protection, flags, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

std::string Mapped(const void* memory) { return memory == MAP_FAILED ? ErrnoName(errno) : "ok"; }
std::string Advised(int advice) { return Outcome(madvise(Map(kPage), kPage, advice)); }

void Store(char* memory) { *static_cast<volatile char*>(memory) = 1; }

std::string Resident(char* memory, size_t pages) {
  std::string bits(pages, '?');
  if (mincore(memory, pages * kPage, reinterpret_cast<unsigned char*>(bits.data())) != 0)
    return ErrnoName(errno);
  for (char& bit : bits) bit = (bit & 1) != 0 ? '1' : '0';
  return bits;
}

// A file in memory with one page, which may be sealed.
int NewSealable() {
  const int fd = memfd_create("m", MFD_ALLOW_SEALING);
  (void)!ftruncate(fd, kPage);
  return fd;
}

const Behaviour kBehaviours[] = {
    {"grow-where-there-is-no-room",
     [] {
       char* memory = Map(2 * kPage);
       return Mapped(mremap(memory, kPage, 2 * kPage, 0));
     }},
    {"shrink",
     [] {
       char* memory = Map(2 * kPage);
       const std::string done = Mapped(mremap(memory, 2 * kPage, kPage, 0));
       return All(
           {done, EndOfChild([&] { Store(memory); }), EndOfChild([&] { Store(memory + kPage); })});
     }},
    {"move-to-a-place",
     [] {
       char* place = Map(kPage);
       char* memory = Map(kPage);
       memory[7] = 'x';
       void* moved = mremap(memory, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, place);
       return All({Mapped(moved), Flag(moved == place), std::string(1, place[7])});
     }},
    {"move-and-leave-empty",
     [] {
       char* memory = Map(kPage);
       memory[7] = 'x';
       void* moved = mremap(memory, kPage, kPage, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
       if (moved == MAP_FAILED) return ErrnoName(errno);
       return All({std::string(1, static_cast<char*>(moved)[7]), std::to_string(memory[7])});
     }},
    {"move-unaligned", [] { return Mapped(mremap(Map(kPage) + 1, kPage, kPage, 0)); }},
    {"free-lazily", [] { return Advised(MADV_FREE); }},
    {"free-lazily-of-a-file",
     [] {
       char* memory = Map(kPage, PROT_READ, MAP_SHARED, NewFile("a", "x"));
       return Outcome(madvise(memory, kPage, MADV_FREE));
     }},
    {"populated-on-request",
     [] {
       char* memory = Map(2 * kPage);
       const std::string before = Resident(memory, 2);
       return All(
           {before, Outcome(madvise(memory, 2 * kPage, kPopulateWrite)), Resident(memory, 2)});
     }},
    {"populated-from-the-start",
     [] {
       const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
       return Resident(Map(2 * kPage, PROT_READ | PROT_WRITE, flags), 2);
     }},
    {"wiped-on-fork",
     [] {
       char* memory = Map(kPage);
       memory[0] = 7;
       const std::string done = Outcome(madvise(memory, kPage, MADV_WIPEONFORK));
       return All({done, EndOfChild([&] { _exit(memory[0]); }), std::to_string(memory[0])});
     }},
    {"hole-in-shared-memory",
     [] {
       char* memory = Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
       memory[0] = 7;
       return All({Outcome(madvise(memory, kPage, MADV_REMOVE)), std::to_string(memory[0])});
     }},
    {"private-page-is-read-again",
     [] {
       char* memory = Map(kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, NewFile("a", "abc"));
       memory[0] = 'z';
       return All({Outcome(madvise(memory, kPage, MADV_DONTNEED)), std::string(1, memory[0])});
     }},
    {"advice-of-many-kinds",
     [] {
       return All({Advised(MADV_SEQUENTIAL), Advised(MADV_WILLNEED), Advised(MADV_DONTDUMP),
                   Advised(MADV_COLD), Advised(MADV_PAGEOUT), Advised(MADV_HUGEPAGE),
                   Advised(MADV_MERGEABLE)});
     }},
    {"advice-on-nothing-mapped",
     [] {
       char* memory = Map(kPage);
       munmap(memory, kPage);
       return Outcome(madvise(memory, kPage, MADV_DONTNEED));
     }},
    {"advice-for-another-process",
     [] {
       const pid_t pid = fork();
       if (pid == 0) pause();
       const long fd = syscall(SYS_pidfd_open, pid, 0);
       const iovec part{Map(kPage), kPage};
       const std::string done = Value(syscall(SYS_process_madvise, fd, &part, 1, MADV_COLD, 0));
       kill(pid, SIGKILL);
       return done;
     },
     "CAP_SYS_NICE"},
    {"no-access-at-all",
     [] {
       char* memory = Map(kPage, PROT_NONE);
       return EndOfChild([&] { _exit(*static_cast<volatile char*>(memory)); });
     }},
    {"code-made-at-run-time",
     [] {
       char* memory = Map(kPage);
       memory[0] = static_cast<char>(0xc3);  // return
       const std::string done = Outcome(mprotect(memory, kPage, PROT_READ | PROT_EXEC));
       return All({done, EndOfChild([&] { reinterpret_cast<void (*)()>(memory)(); })});
     }},
    {"map-of-a-reader-does-not-become-a-writer",
     [] {
       NewFile("a", "x");
       char* memory = Map(kPage, PROT_READ, MAP_SHARED, open("a", O_RDONLY));
       return Outcome(mprotect(memory, kPage, PROT_READ | PROT_WRITE));
     }},
    {"seal-of-the-size",
     [] {
       const int fd = NewSealable();
       const std::string done = Outcome(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
       return All({done, Outcome(ftruncate(fd, 0)), Outcome(ftruncate(fd, 2 * kPage)),
                   Value(pwrite(fd, "x", 1, 0))});
     }},
    {"seal-of-the-seals",
     [] {
       const int fd = NewSealable();
       return All({Outcome(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL)),
                   Outcome(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW)), Value(fcntl(fd, F_GET_SEALS))});
     }},
    {"seal-of-writing-to-come",
     [] {
       const int fd = NewSealable();
       char* memory = Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
       const std::string done = Outcome(fcntl(fd, F_ADD_SEALS, kFutureWrite));
       Store(memory);
       return All({done, Mapped(mmap(nullptr, kPage, PROT_WRITE, MAP_SHARED, fd, 0)),
                   Value(pwrite(fd, "x", 1, 0))});
     }},
    {"seal-while-it-is-written",
     [] {
       const int fd = NewSealable();
       Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
       return Outcome(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
     }},
    // Since Linux 6.3.
    {"memory-file-that-never-runs",
     [] {
       const long fd = syscall(SYS_memfd_create, "m", kNoExecution);
       if (fd < 0) return ErrnoName(errno);
       return Outcome(fchmod(static_cast<int>(fd), 0755));
     },
     kOfTheKernel},
    {"memory-file-with-a-long-name",
     [] { return Outcome(memfd_create(std::string(300, 'x').c_str(), 0)); }},
    {"faults-handled-by-a-program", [] { return Outcome(syscall(SYS_userfaultfd, O_CLOEXEC)); },
     "CAP_SYS_PTRACE"},
    {"faults-of-programs-alone",
     [] { return Outcome(syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly)); }},
    {"faults-with-an-unknown-flag",
     [] { return Outcome(syscall(SYS_userfaultfd, 0x10 | kUserModeOnly)); }},
    {"residence-of-nothing-mapped",
     [] {
       char* memory = Map(kPage);
       munmap(memory, kPage);
       return All({Resident(memory, 1), Resident(memory + 1, 1)});
     }},
    {"lock-without-any-allowance",
     [] {
       const rlimit none{0, 0};
       setrlimit(RLIMIT_MEMLOCK, &none);
       return Outcome(mlock(Map(kPage), kPage));
     },
     "CAP_IPC_LOCK"},
    {"map-is-synced",
     [] {
       char* memory = Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED, NewFile("a", "x"));
       return All({Outcome(msync(memory, kPage, MS_SYNC)),
                   Outcome(msync(memory, kPage, MS_SYNC | MS_ASYNC)),
                   Outcome(msync(memory + 1, kPage, MS_SYNC))});
     }},
    {"map-with-an-unknown-flag",
     [] {
       const int flags = MAP_SHARED_VALIDATE | MAP_SYNC;
       return Mapped(mmap(nullptr, kPage, PROT_READ, flags, NewFile("a", "x"), 0));
     }},
    {"end-of-the-data-moves",
     [] {
       return EndOfChild([] {
         char* end = reinterpret_cast<char*>(syscall(SYS_brk, 0));
         const long moved = syscall(SYS_brk, end + 4 * kPage);
         if (moved != reinterpret_cast<long>(end + 4 * kPage)) _exit(1);
         Store(end + 3 * kPage);
         _exit(7);
       });
     }},
    {"data-limit",
     [] {
       const rlimit limit{kPage, kPage};
       setrlimit(RLIMIT_DATA, &limit);
       return Mapped(mmap(nullptr, size_t{64} << 20, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
     }},
    // Which ones there are: one more since Linux 6.3.
    {"barrier-over-processors", [] { return Value(syscall(SYS_membarrier, 0, 0, 0)); },
     kOfTheKernel},
};

}  // namespace

BehaviourArea PagesBehaviours() {
  return {"pages",
          "advice on pages, moving, sealing and populating them",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
