// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

const size_t kPage = 4096;

char* Map(size_t size, int protection = PROT_READ | PROT_WRITE,
          int flags = MAP_PRIVATE | MAP_ANONYMOUS, int fd = -1) {
  void* memory = mmap(nullptr, size, protection, flags, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

std::string Mapped(const void* memory) { return memory == nullptr ? ErrnoName(errno) : "ok"; }

void Store(char* memory) { *static_cast<volatile char*>(memory) = 1; }

const Behaviour kBehaviours[] = {
    {"fresh-memory-is-zero", [] { return std::to_string(Map(kPage)[100]); }},
    {"map-of-nothing", [] { return Mapped(Map(0)); }},
    {"map-too-much", [] { return Mapped(Map(size_t{1} << 47)); }},
    {"map-write-of-read-only-file",
     [] {
       NewFile("a", "x");
       return Mapped(Map(kPage, PROT_WRITE, MAP_SHARED, open("a", O_RDONLY)));
     }},
    {"map-fixed-over-existing",
     [] {
       char* memory = Map(kPage);
       return Mapped(mmap(memory, kPage, PROT_READ,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED
                         ? nullptr
                         : memory);
     }},
    {"shared-map-reaches-the-file",
     [] {
       const int fd = NewFile("a", "abc");
       Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd)[0] = 'z';
       return ReadUpTo(fd, 3);
     }},
    {"private-map-does-not",
     [] {
       const int fd = NewFile("a", "abc");
       Map(kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd)[0] = 'z';
       return ReadUpTo(fd, 3);
     }},
    {"beyond-the-file-is-a-bus-error",
     [] {
       char* memory = Map(2 * kPage, PROT_READ | PROT_WRITE, MAP_SHARED, NewFile("a", "x"));
       return EndOfChild([&] { Store(memory + kPage); });
     }},
    {"store-to-read-only",
     [] {
       char* memory = Map(kPage, PROT_READ);
       return EndOfChild([&] { Store(memory); });
     }},
    {"store-to-nowhere", [] { return EndOfChild([] { Store(reinterpret_cast<char*>(8)); }); }},
    {"execute-data",
     [] {
       char* memory = Map(kPage);
       memory[0] = static_cast<char>(0xc3);
       return EndOfChild([&] { reinterpret_cast<void (*)()>(memory)(); });
     }},
    {"protect-takes-writing-away",
     [] {
       char* memory = Map(kPage);
       const std::string done = Outcome(mprotect(memory, kPage, PROT_READ));
       return All({done, EndOfChild([&] { Store(memory); })});
     }},
    {"protect-unmapped",
     [] {
       char* memory = Map(kPage);
       munmap(memory, kPage);
       return Outcome(mprotect(memory, kPage, PROT_READ));
     }},
    {"protect-unaligned", [] { return Outcome(mprotect(Map(kPage) + 1, kPage, PROT_READ)); }},
    {"unmap-splits",
     [] {
       char* memory = Map(3 * kPage);
       const std::string done = Outcome(munmap(memory + kPage, kPage));
       Store(memory);
       Store(memory + 2 * kPage);
       return All({done, EndOfChild([&] { Store(memory + kPage); })});
     }},
    {"remap-keeps-content",
     [] {
       char* memory = Map(kPage);
       memory[5] = 'x';
       void* moved = mremap(memory, kPage, 16 * kPage, MREMAP_MAYMOVE);
       return moved == MAP_FAILED ? ErrnoName(errno) : std::string(1, static_cast<char*>(moved)[5]);
     }},
    {"dont-need-zeroes",
     [] {
       char* memory = Map(kPage);
       memory[0] = 7;
       const std::string done = Outcome(madvise(memory, kPage, MADV_DONTNEED));
       return All({done, std::to_string(memory[0])});
     }},
    {"advice-unknown", [] { return Outcome(madvise(Map(kPage), kPage, 9999)); }},
    {"not-inherited-by-fork",
     [] {
       char* memory = Map(kPage);
       const std::string done = Outcome(madvise(memory, kPage, MADV_DONTFORK));
       return All({done, EndOfChild([&] { Store(memory); })});
     }},
    {"fork-copies-on-write",
     [] {
       char* memory = Map(kPage);
       memory[0] = 'a';
       EndOfChild([&] { memory[0] = 'b'; });
       return std::string(1, memory[0]);
     }},
    {"shared-memory-is-shared",
     [] {
       char* memory = Map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
       EndOfChild([&] { memory[0] = 'b'; });
       return std::string(1, memory[0]);
     }},
    {"resident-pages",
     [] {
       char* memory = Map(2 * kPage);
       Store(memory);
       unsigned char resident[2] = {};
       const std::string done = Outcome(mincore(memory, 2 * kPage, resident));
       return All({done, std::to_string(resident[0] & 1), std::to_string(resident[1] & 1)});
     }},
    {"memory-file-seals",
     [] {
       const int fd = memfd_create("m", MFD_ALLOW_SEALING);
       (void)!write(fd, "x", 1);
       const std::string done = Outcome(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
       return All({done, Value(write(fd, "y", 1))});
     }},
    {"memory-file-not-sealable",
     [] { return Outcome(fcntl(memfd_create("m", 0), F_ADD_SEALS, F_SEAL_WRITE)); }},
    {"lock-a-page", [] { return Outcome(mlock(Map(kPage), kPage)); }},
    {"address-space-limit",
     [] {
       const rlimit limit{size_t{1} << 30, size_t{1} << 30};
       setrlimit(RLIMIT_AS, &limit);
       return Mapped(Map(size_t{2} << 30));
     }},
    {"stack-grows",
     [] {
       return EndOfChild([] {
         volatile char frame[1 << 20];
         for (size_t at = 0; at < sizeof frame; at += kPage) frame[sizeof frame - 1 - at] = 1;
       });
     }},
};

}  // namespace

BehaviourArea MemoryBehaviours() {
  return {"memory",
          "mapping, protecting and sharing memory",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
