// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/rootless_host.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "conformance/harness/caller.h"

namespace loadline::conformance {
namespace {

// What `work` answers in a child, because no process comes back from a user namespace; else an
// errno.
template <class Work>
int InChild(Work&& work) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(work());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

// The errno of a user who makes a user namespace, 0 when it is made.
int TryUserNamespace() {
  return InChild([] {
    const bool user = syscall(SYS_setgroups, 0, nullptr) == 0 &&
                      syscall(SYS_setresgid, kUser, kUser, kUser) == 0 &&
                      syscall(SYS_setresuid, kUser, kUser, kUser) == 0;
    // Some kernels grant the namespace and no capability in it.
    return user && unshare(CLONE_NEWUSER) == 0 && unshare(CLONE_NEWNS) == 0 ? 0 : errno;
  });
}

// What keeps the program from writing maps for a user; empty: nothing.
std::string WhyNotMapper(const std::string& name) {
  for (const char* directory :
       {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    const std::string path = directory + name;
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) continue;
    const bool privileged = ((status.st_mode & S_ISUID) != 0 && status.st_uid == 0) ||
                            getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
    if (!privileged) return path + " is neither set-uid root nor has it capabilities";
    struct statvfs filesystem {};
    if (statvfs(path.c_str(), &filesystem) == 0 && (filesystem.f_flag & ST_NOSUID) != 0)
      return path + " lies on a filesystem that is mounted nosuid";
    return "";
  }
  return "there is no " + name + "; install the package uidmap";
}

}  // namespace

std::string WhyNotRootless() {
  if (geteuid() != 0) return "certifying needs root, rootless too: the cells are made by root";
  for (const char* program : {"newuidmap", "newgidmap"}) {
    if (std::string why = WhyNotMapper(program); !why.empty()) return why;
  }
  // The cell covers these with its own, for which they have to be there.
  for (const char* file : {"/etc/passwd", "/etc/group", "/etc/subuid", "/etc/subgid"}) {
    if (access(file, F_OK) != 0)
      return std::string("there is no ") + file + "; an empty one will do";
  }
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0)
    return "this process may gain no privileges (no_new_privs), so newuidmap could not either";
  if (const int number = TryUserNamespace(); number != 0)
    return std::string("a user may not make user namespaces here (") + std::strerror(number) +
           "); see the sysctls user.max_user_namespaces and kernel.*unprivileged_userns*";
  return "";
}

bool ShowsInUsersNetwork(const std::string& sysctl) {
  std::string path = "/proc/sys/" + sysctl;
  std::replace(path.begin(), path.end(), '.', '/');
  if (access(path.c_str(), F_OK) != 0) return true;  // nor does it to anybody else
  // ENOENT alone says that there is none.
  return InChild([&path] {
           if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return 0;
           return access(path.c_str(), F_OK) == 0 ? 0 : errno;
         }) != ENOENT;
}

}  // namespace loadline::conformance
