// SPDX-License-Identifier: Apache-2.0
// Executing programs: scripts, descriptors, files that are gone; and what is kept over it. The
// programs are made here, of a few instructions, as there are none in an empty root filesystem.
#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

// exit(argc): mov edi, [rsp]; mov eax, 60; syscall
constexpr char kCount[] = "\x8b\x3c\x24\xb8\x3c\x00\x00\x00\x0f\x05";
// pause() for ever: mov eax, 34; syscall; jmp to the beginning
constexpr char kWait[] = "\xb8\x22\x00\x00\x00\x0f\x05\xeb\xf7";

// A program with this code and nothing else.
std::string Program(std::string_view code, uint16_t machine = EM_X86_64) {
  constexpr uint64_t kAddress = 0x400000;
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = machine;
  header.e_version = EV_CURRENT;
  header.e_entry = kAddress + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_X;
  segment.p_vaddr = kAddress;
  segment.p_filesz = segment.p_memsz = sizeof header + sizeof segment + code.size();
  segment.p_align = 0x1000;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  return bytes.append(code);
}

void NewProgram(const char* name, std::string_view content) {
  const int fd = NewFile(name, content);
  fchmod(fd, 0755);
  close(fd);
}
void NewCounter(const char* name) { NewProgram(name, Program({kCount, sizeof kCount - 1})); }
void NewWaiter(const char* name) { NewProgram(name, Program({kWait, sizeof kWait - 1})); }

// Executes with these arguments by `execute`, in a child: "exit N", how else it ended, or why it
// could not.
template <class F>
std::string EndOfExec(F&& execute) {
  std::array<int, 2> ends{};
  (void)!pipe2(ends.data(), O_CLOEXEC);
  const std::string ended = EndOfChild([&] {
    execute();
    const std::string why = ErrnoName(errno);
    (void)!write(ends[1], why.data(), why.size());
  });
  close(ends[1]);
  const std::string why = ReadUpTo(ends[0], 32);
  return why == "\"\"" ? ended : why;
}

constexpr const char* kEnvironment[] = {"A=1", nullptr};
char* const* Environment() { return const_cast<char* const*>(kEnvironment); }

std::string Run(const char* path) {
  return EndOfExec([path] {
    char* arguments[] = {const_cast<char*>(path), nullptr};
    execve(path, arguments, Environment());
  });
}

std::string RunDescriptor(int fd, const char* path = "", int flags = AT_EMPTY_PATH) {
  return EndOfExec([&] {
    char* arguments[] = {const_cast<char*>("program"), const_cast<char*>("one"), nullptr};
    syscall(SYS_execveat, fd, path, arguments, Environment(), flags);
  });
}

// A program that waits, executed by a child that `prepares` itself; killed at the end.
class Waiter {
 public:
  template <class F>
  explicit Waiter(F&& prepares) {
    NewWaiter("waiter");
    std::array<int, 2> ends{};
    (void)!pipe2(ends.data(), O_CLOEXEC);
    pid_ = fork();
    if (pid_ == 0) {
      prepares();
      char* arguments[] = {const_cast<char*>("./waiter"), const_cast<char*>("one two"), nullptr};
      execve("./waiter", arguments, Environment());
      _exit(1);
    }
    close(ends[1]);
    ReadUpTo(ends[0], 1);  // ends when the program runs
  }
  ~Waiter() { kill(pid_, SIGKILL); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  pid_t pid() const { return pid_; }
  std::string Path(const char* name) const { return "/proc/" + std::to_string(pid_) + "/" + name; }
  std::string Text(const char* name) const { return ReadText(Path(name)); }
  // What is empty until the program's stack is made, which is after its end of the pipe has closed.
  std::string TextOfStack(const char* name) const {
    constexpr int kLooks = 10000;
    std::string text = Text(name);
    for (int look = 0; look < kLooks && text.empty(); ++look) {
      sched_yield();
      text = Text(name);
    }
    return text;
  }
  // Whether the signal is in a set of its status, such as "SigIgn".
  std::string Has(const char* set, int signal) const {
    const std::string mask = Field(Text("status"), set);
    if (mask.empty()) return "nothing";
    return Flag(((std::strtoull(mask.c_str(), nullptr, 16) >> (signal - 1)) & 1) != 0);
  }
  std::string Link(const char* name) const {
    std::array<char, 256> target{};
    (void)!readlink(Path(name).c_str(), target.data(), target.size() - 1);
    const std::string text = target.data();
    return text.substr(text.rfind('/') + 1);
  }

 private:
  pid_t pid_ = -1;
};

void Block(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

const Behaviour kBehaviours[] = {
    {"program-runs",
     [] {
       NewCounter("p");
       return Run("./p");
     }},
    {"program-for-another-machine",
     [] {
       NewProgram("p", Program({kCount, sizeof kCount - 1}, EM_S390));
       return Run("./p");
     }},
    {"program-that-is-cut",
     [] {
       NewProgram("p", Program({kCount, sizeof kCount - 1}).substr(0, 80));
       return Run("./p");
     }},
    {"program-without-arguments",
     [] {
       NewCounter("p");
       return EndOfExec([] { syscall(SYS_execve, "./p", nullptr, nullptr); });
     }},
    {"program-after-vfork",
     [] {
       NewCounter("p");
       char* arguments[] = {const_cast<char*>("./p"), nullptr};
       const pid_t pid = vfork();
       if (pid == 0) {
         execve("./p", arguments, Environment());
         _exit(99);
       }
       int status = 0;
       waitpid(pid, &status, 0);
       return std::to_string(WEXITSTATUS(status));
     }},
    {"script-has-one-argument",
     [] {
       NewCounter("p");
       NewProgram("s", "#!./p one two\n");
       return Run("./s");
     }},
    {"script-of-a-script",
     [] {
       NewCounter("p");
       NewProgram("s", "#!./p\n");
       NewProgram("t", "#!./s\n");
       return Run("./t");
     }},
    {"script-of-itself",
     [] {
       NewProgram("s", "#!./s\n");
       return Run("./s");
     }},
    {"script-from-another-system",
     [] {
       NewCounter("p");
       NewProgram("s", "#!./p\r\n");
       return Run("./s");
     }},
    {"script-with-a-long-line",
     [] {
       NewProgram("s", "#!./" + std::string(300, 'p') + "\n");
       return Run("./s");
     }},
    {"script-without-a-line",
     [] {
       NewProgram("s", "#!\n");
       NewProgram("t", "");
       return All({Run("./s"), Run("./t")});
     }},
    {"by-descriptor",
     [] {
       NewCounter("p");
       return RunDescriptor(open("p", O_RDONLY | O_CLOEXEC));
     }},
    {"by-descriptor-of-a-path",
     [] {
       NewCounter("p");
       return RunDescriptor(open("p", O_PATH));
     }},
    {"by-descriptor-of-a-deleted-file",
     [] {
       NewCounter("p");
       const int fd = open("p", O_RDONLY);
       unlink("p");
       return RunDescriptor(fd);
     }},
    {"by-descriptor-of-a-script",
     [] {
       NewCounter("p");
       NewProgram("s", "#!./p\n");
       return All(
           {RunDescriptor(open("s", O_RDONLY)), RunDescriptor(open("s", O_RDONLY | O_CLOEXEC))});
     }},
    {"by-descriptor-of-memory",
     [] {
       const int fd = memfd_create("m", MFD_CLOEXEC);
       const std::string program = Program({kCount, sizeof kCount - 1});
       (void)!write(fd, program.data(), program.size());
       return RunDescriptor(fd);
     }},
    {"link-is-not-followed",
     [] {
       NewCounter("p");
       (void)!symlink("p", "l");
       return All(
           {RunDescriptor(AT_FDCWD, "l", 0), RunDescriptor(AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW)});
     }},
    {"running-program-is-not-written",
     [] {
       const Waiter waiter([] {});
       return All({Outcome(open("waiter", O_WRONLY)), Outcome(truncate("waiter", 0)),
                   Outcome(unlink("waiter"))});
     }},
    {"ignored-signal-stays-ignored",
     [] {
       const Waiter waiter([] { signal(SIGUSR1, SIG_IGN); });
       return All({waiter.Has("SigIgn", SIGUSR1), waiter.Has("SigIgn", SIGUSR2)});
     }},
    {"caught-signal-is-caught-no-more",
     [] {
       const Waiter waiter([] { signal(SIGUSR1, [](int) {}); });
       return All({waiter.Has("SigCgt", SIGUSR1), waiter.Has("SigIgn", SIGUSR1)});
     }},
    {"blocked-signal-stays-pending",
     [] {
       const Waiter waiter([] {
         Block(SIGUSR1);
         kill(getpid(), SIGUSR1);
       });
       return All({waiter.Has("SigBlk", SIGUSR1), waiter.Has("ShdPnd", SIGUSR1)});
     }},
    {"descriptors-that-are-kept",
     [] {
       const int kept = open("/dev/null", O_RDONLY);
       const int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
       const Waiter waiter([] {});
       return All(
           {Outcome(access(waiter.Path(("fd/" + std::to_string(kept)).c_str()).c_str(), F_OK)),
            Outcome(access(waiter.Path(("fd/" + std::to_string(closed)).c_str()).c_str(), F_OK))});
     }},
    {"name-of-a-program",
     [] {
       const Waiter waiter([] { prctl(PR_SET_NAME, "before"); });
       return All({waiter.Text("comm"), waiter.Link("exe")});
     }},
    {"name-of-a-deleted-program",
     [] {
       const Waiter waiter([] {});
       unlink("waiter");
       return waiter.Link("exe");
     }},
    {"command-line-is-shown",
     [] {
       std::string line = Waiter([] {}).TextOfStack("cmdline");
       for (char& byte : line) byte = byte == '\0' ? '|' : byte;
       return line;
     }},
    {"environment-is-shown",
     [] {
       std::string variables = Waiter([] {}).TextOfStack("environ");
       for (char& byte : variables) byte = byte == '\0' ? '|' : byte;
       return variables;
     }},
    {"group-of-who-executed",
     [] {
       const Waiter waiter([] {});
       return Outcome(setpgid(waiter.pid(), waiter.pid()));
     }},
    {"limits-are-shown",
     [] {
       const Waiter waiter([] {
         const rlimit limit{33, 44};
         setrlimit(RLIMIT_NOFILE, &limit);
       });
       for (const std::string& line : Lines(waiter.Text("limits"))) {
         const std::vector<std::string> words = Words(line);
         if (words.size() > 4 && words[1] == "open") return All({words[3], words[4]});
       }
       return std::string("nothing");
     }},
};

}  // namespace

BehaviourArea ExecutionBehaviours() {
  return {"execution",
          "executing programs, and what is kept over it",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
