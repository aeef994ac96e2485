// SPDX-License-Identifier: Apache-2.0
// The program inside the containers of end_to_end_test.cc: it carries out its arguments one by one
// and prints what it sees.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void PrintFile(const char* path) {
  FILE* file = std::fopen(path, "re");
  if (file == nullptr) {
    std::printf("%s: errno %d\n", path, errno);
    return;
  }
  char bytes[4096];
  while (const size_t count = std::fread(bytes, 1, sizeof bytes, file)) {
    std::fwrite(bytes, 1, count, stdout);
  }
  std::fclose(file);
}

// The errno of opening a file for writing; 0 when it can be.
void TryToWrite(const char* path) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  std::printf("write %s: errno %d\n", path, fd < 0 ? errno : 0);
  if (fd >= 0) close(fd);
}

void ListDirectory(const char* path) {
  DIR* directory = opendir(path);
  while (const dirent* entry = directory == nullptr ? nullptr : readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    // Not the descriptor that lists the descriptors.
    if (std::strcmp(path, "/proc/self/fd") == 0 && std::atoi(entry->d_name) == dirfd(directory))
      continue;
    std::printf("%s ", entry->d_name);
  }
  std::printf("\n");
  if (directory != nullptr) closedir(directory);
}

void PrintOwner(const char* path) {
  struct stat info {};
  const int failed = stat(path, &info);
  std::printf("%s: %d %d\n", path, failed != 0 ? -1 : static_cast<int>(info.st_uid),
              static_cast<int>(info.st_gid));
}

void PrintIds() {
  std::printf("uid %d gid %d groups", static_cast<int>(getuid()), static_cast<int>(getgid()));
  gid_t groups[64];
  const int count = getgroups(64, groups);
  for (int i = 0; i < count; ++i) std::printf(" %d", static_cast<int>(groups[i]));
  const mode_t mask = umask(0);
  umask(mask);
  std::printf(" umask %04o pid %d\n", static_cast<unsigned>(mask), static_cast<int>(getpid()));
}

void PrintNames() {
  utsname names{};
  uname(&names);
  std::printf("hostname %s domainname %s\n", names.nodename, names.domainname);
}

void PrintDirectory() {
  char path[4096];
  std::printf("cwd %s\n", getcwd(path, sizeof path) == nullptr ? "none" : path);
}

void PrintMode(const char* path) {
  struct stat info {};
  const int failed = stat(path, &info);
  std::printf("%s %o %d:%d\n", path, failed != 0 ? 0 : info.st_mode & 07777,
              static_cast<int>(info.st_uid), static_cast<int>(info.st_gid));
}

void PrintLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  std::printf("nofile %llu %llu\n", static_cast<unsigned long long>(limit.rlim_cur),
              static_cast<unsigned long long>(limit.rlim_max));
}

void PrintSessionKeyring() {
  char text[256] = "none";
  syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, text, sizeof text - 1);
  std::printf("keyring %s\n", text);
}

// The word's own operation on the session keyring, by its errno.
void UseKeyring(const std::string& word, const char* name) {
  long done = 0;
  if (word == "join-keyring") done = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);
  if (word == "add-key")
    done = syscall(SYS_add_key, "user", name, "x", 1, KEY_SPEC_SESSION_KEYRING);
  if (word == "find-key")
    done = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0);
  std::printf("%s: errno %d\n", word.c_str(), done < 0 ? errno : 0);
}

// Whether this process could trace those of its pid namespace that it did not start: each is let go
// at once.
void TraceOthers() {
  DIR* directory = opendir("/proc");
  while (const dirent* entry = directory == nullptr ? nullptr : readdir(directory)) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= 0 || pid == getpid()) continue;
    const bool traced = ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0;
    std::printf("trace %s: errno %d\n", pid == 1 ? "1" : "another", traced ? 0 : errno);
  }
  if (directory != nullptr) closedir(directory);
}

// The errno of connecting to a socket whose name is in the network namespace and in no directory.
void Connect(const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + strlen(name));
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int failed = connect(fd, reinterpret_cast<const sockaddr*>(&address), size);
  std::printf("connect: errno %d\n", failed != 0 ? errno : 0);
  close(fd);
}

void FindSharedMemory(const char* key) {
  const int id = shmget(std::atoi(key), 0, 0);
  std::printf("shared memory: errno %d\n", id < 0 ? errno : 0);
}

// Makes a character device and opens it.
void TryDevice(const char* path, const char* major_number, const char* minor_number) {
  const auto number = static_cast<unsigned>(std::atoi(minor_number));
  const dev_t device = makedev(static_cast<unsigned>(std::atoi(major_number)), number);
  const int failed = mknod(path, S_IFCHR | 0600, device);
  std::printf("make: errno %d\n", failed != 0 ? errno : 0);
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  std::printf("open: errno %d\n", fd < 0 ? errno : 0);
  if (fd >= 0) close(fd);
}

// As the root of a new user namespace, in which whatever was mounted before stays where it is.
void MountProc(const char* path) {
  int failed = unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID);
  if (failed != 0) std::printf("unshare: errno %d\n", errno);
  std::fflush(stdout);
  const pid_t child = failed != 0 ? -1 : fork();
  if (child == 0) {
    failed = mount("proc", path, "proc", 0, nullptr);
    std::printf("mount: errno %d\n", failed != 0 ? errno : 0);
    std::fflush(stdout);
    _exit(0);
  }
  if (child > 0) waitpid(child, nullptr, 0);
}

// Until there is none left.
void EatMemory() {
  constexpr size_t kPiece = 1 << 20;
  while (char* piece = static_cast<char*>(std::malloc(kPiece))) std::memset(piece, 1, kPiece);
}

// Says that it is there and waits for SIGTERM, which ends it with status 43.
void WaitForTerm() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::printf("waiting\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&set, &signal);
  std::exit(43);
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    const char* value = i + 1 < count ? arguments[i + 1] : "";
    if (word == "ids") PrintIds();
    if (word == "names") PrintNames();
    if (word == "cwd") PrintDirectory();
    if (word == "mode") PrintMode(value), ++i;
    if (word == "nofile") PrintLimit();
    if (word == "wait") WaitForTerm();
    if (word == "environment") {
      for (char** variable = environ; *variable != nullptr; ++variable)
        std::printf("%s\n", *variable);
    }
    if (word == "cat") PrintFile(value), ++i;
    if (word == "list") ListDirectory(value), ++i;
    if (word == "write") TryToWrite(value), ++i;
    if (word == "owner") PrintOwner(value), ++i;
    if (word == "append") {  // for hooks: standard input goes to the end of a file
      FILE* file = std::fopen(value, "ae");
      char bytes[4096];
      while (const size_t size = std::fread(bytes, 1, sizeof bytes, stdin))
        std::fwrite(bytes, 1, size, file);
      std::fclose(file);
      ++i;
    }
    if (word == "keyring") PrintSessionKeyring();
    if (word == "join-keyring" || word == "add-key" || word == "find-key")
      UseKeyring(word, value), ++i;
    if (word == "session") std::printf("session %d\n", static_cast<int>(getsid(0)));
    if (word == "trace") TraceOthers();
    if (word == "mount-proc") MountProc(value), ++i;
    if (word == "connect") Connect(value), ++i;
    if (word == "shared-memory") FindSharedMemory(value), ++i;
    if (word == "device" && i + 3 < count)
      TryDevice(value, arguments[i + 2], arguments[i + 3]), i += 3;
    if (word == "eat") EatMemory();
    if (word == "signal") raise(std::atoi(value));
    if (word == "exit") return std::atoi(value);
    std::fflush(stdout);
  }
  return 0;
}
