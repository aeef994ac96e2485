// SPDX-License-Identifier: Apache-2.0
// The first instructions of the program, before the C library starts: those operations whose
// process lives on in the container execute it again from a read-only mount of its own file
// (own_program.h says why), and starting the library for that would be for nothing. Whatever fails
// here is left to RunFromReadOnlyPlace, which has other ways and says what is wrong.
//
// Nothing is set up yet: no thread-local storage, no relocated call into the library. So this file
// is compiled freestanding and talks to the kernel alone.
#ifdef __x86_64__
#include <asm/unistd_64.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/stat.h>
#include <sys/vfs.h>

extern "C" bool loadline_runs_read_only;  // own_program.cc

namespace {

constexpr long kReadOnly = 1;        // ST_RDONLY of statfs(2)
constexpr long kOpenTreeAttr = 467;  // open_tree_attr(2), of Linux 6.15
constexpr const char* kLivesOn[] = {"create", "run", "exec", "restore"};

long Call(long number, long a, long b = 0, long c = 0, long d = 0, long e = 0) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  long result = number;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
}

long AsLong(const void* pointer) { return reinterpret_cast<long>(pointer); }

bool IsSame(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

// An id that is called like an operation costs an execve too many, and nothing else.
bool MayLiveOn(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    for (const char* verb : kLivesOn) {
      if (IsSame(arguments[i], verb)) return true;
    }
  }
  return false;
}

bool IsReadOnly(long file) {
  struct statfs filesystem;
  return Call(__NR_fstatfs, file, AsLong(&filesystem)) == 0 &&
         (filesystem.f_flags & kReadOnly) != 0;
}

// A mount of the file that nobody can write to; below zero where that cannot be.
long ReadOnlyTree(long file) {
  constexpr long kFlags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
  mount_attr attributes;
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  attributes.attr_clr = 0;
  attributes.propagation = 0;
  attributes.userns_fd = 0;
  long tree = Call(kOpenTreeAttr, file, AsLong(""), kFlags, AsLong(&attributes), sizeof attributes);
  if (tree >= 0) return tree;
  tree = Call(__NR_open_tree, file, AsLong(""), kFlags);
  if (tree < 0 || Call(__NR_mount_setattr, tree, AsLong(""), AT_EMPTY_PATH, AsLong(&attributes),
                       sizeof attributes) == 0)
    return tree;
  Call(__NR_close, tree);
  return -1;
}

}  // namespace

// `stack` is what the kernel puts there: the count of the arguments, they themselves and nothing,
// the environment.
extern "C" __attribute__((used, no_stack_protector)) void LoadlineBeforeStart(long* stack) {
  const int count = static_cast<int>(stack[0]);
  char** arguments = reinterpret_cast<char**>(stack + 1);
  if (!MayLiveOn(count, arguments)) return;
  const long file = Call(__NR_openat, AT_FDCWD, AsLong("/proc/self/exe"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  loadline_runs_read_only = IsReadOnly(file);
  if (loadline_runs_read_only) return;  // CloseInherited closes the file, with what was leaked
  const long tree = ReadOnlyTree(file);
  if (tree >= 0)
    Call(__NR_execveat, tree, AsLong(""), AsLong(arguments), AsLong(arguments + count + 1),
         AT_EMPTY_PATH);
  if (tree >= 0) Call(__NR_close, tree);
  Call(__NR_close, file);
}

// The library's own beginning gets the registers and the stack as the kernel left them.
asm(R"(
  .globl loadline_start
  .type loadline_start, @function
loadline_start:
  mov %rsp, %rdi
  push %rdx
  push %rdx
  call LoadlineBeforeStart
  pop %rdx
  pop %rdx
  jmp _start
)");
#endif
