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
#include <elf.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/stat.h>
#include <sys/vfs.h>

extern "C" {  // own_program.cc
extern bool loadline_runs_read_only;
extern int loadline_place;
}

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

// The descriptor that this program was executed from, as the kernel names it; below zero: none.
long ExecutedFrom(char** environment) {
  while (*environment != nullptr) ++environment;
  const long* auxiliary = reinterpret_cast<long*>(environment + 1);
  while (auxiliary[0] != AT_NULL && auxiliary[0] != AT_EXECFN) auxiliary += 2;
  if (auxiliary[0] == AT_NULL) return -1;
  const char* name = reinterpret_cast<const char*>(auxiliary[1]);
  for (const char* expected = "/dev/fd/"; *expected != '\0'; ++expected, ++name) {
    if (*name != *expected) return -1;
  }
  long number = *name == '\0' ? -1 : 0;
  for (; *name >= '0' && *name <= '9' && number < 1 << 20; ++name)
    number = 10 * number + *name - '0';
  return *name == '\0' ? number : -1;
}

bool IsReadOnly(long file) {
  struct statfs filesystem;
  return Call(__NR_fstatfs, file, AsLong(&filesystem)) == 0 &&
         (filesystem.f_flags & kReadOnly) != 0;
}

// A mount of the file that nobody can write to; below zero where that cannot be.
long ReadOnlyTree(long file) {
  // Not closed by the exec, which would wait for the mount to be gone: see LeavePlace.
  constexpr long kFlags = OPEN_TREE_CLONE | AT_EMPTY_PATH;
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
  const long place = ExecutedFrom(arguments + count + 1);
  loadline_runs_read_only = place >= 0 && IsReadOnly(place);
  if (loadline_runs_read_only) loadline_place = static_cast<int>(place);
  if (loadline_runs_read_only) return;
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
