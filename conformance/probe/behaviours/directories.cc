// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <linux/openat2.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <cstdio>
#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

std::string LinksOf(const char* path) {
  struct stat info {};
  if (lstat(path, &info) != 0) return ErrnoName(errno);
  return std::to_string(info.st_nlink);
}

long OpenAt2(const char* path, uint64_t resolve) {
  open_how how{};
  how.flags = O_RDONLY;
  how.resolve = resolve;
  return syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

const Behaviour kBehaviours[] = {
    {"mkdir-twice",
     [] {
       return All({Outcome(mkdir("d", 0755)), Outcome(mkdir("d", 0755))});
     }},
    {"mkdir-below-missing", [] { return Outcome(mkdir("a/b", 0755)); }},
    {"mkdir-inherits-group",
     [] {
       mkdir("d", 0755);
       chmod("d", 02755);
       mkdir("d/e", 0755);
       struct stat info {};
       stat("d/e", &info);
       return Octal(info.st_mode & 07777);
     }},
    {"rmdir-not-empty",
     [] {
       mkdir("d", 0755);
       NewFile("d/a");
       return Outcome(rmdir("d"));
     }},
    {"rmdir-of-file",
     [] {
       NewFile("a");
       return Outcome(rmdir("a"));
     }},
    {"rmdir-dot", [] { return Outcome(rmdir(".")); }},
    {"unlink-directory",
     [] {
       mkdir("d", 0755);
       return Outcome(unlink("d"));
     }},
    {"unlinked-file-stays-open",
     [] {
       const int fd = NewFile("a", "ab");
       unlink("a");
       struct stat info {};
       fstat(fd, &info);
       return All({ReadUpTo(fd, 2), std::to_string(info.st_nlink)});
     }},
    {"rename-replaces",
     [] {
       NewFile("a", "new");
       NewFile("b", "old");
       const std::string done = Outcome(rename("a", "b"));
       return All({done, ReadUpTo(open("b", O_RDONLY), 9)});
     }},
    {"rename-into-itself",
     [] {
       mkdir("d", 0755);
       return Outcome(rename("d", "d/e"));
     }},
    {"rename-over-full-directory",
     [] {
       mkdir("d", 0755);
       mkdir("e", 0755);
       NewFile("e/a");
       return Outcome(rename("d", "e"));
     }},
    {"rename-file-over-directory",
     [] {
       NewFile("a");
       mkdir("d", 0755);
       return Outcome(rename("a", "d"));
     }},
    {"rename-without-replacing",
     [] {
       NewFile("a");
       NewFile("b");
       return Outcome(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
     }},
    {"rename-exchanges",
     [] {
       NewFile("a", "1");
       NewFile("b", "2");
       const std::string done = Outcome(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE));
       return All({done, ReadUpTo(open("a", O_RDONLY), 1)});
     }},
    {"rename-to-another-filesystem",
     [] {
       NewFile("a");
       return Outcome(rename("a", "/dev/shm/loadline-renamed"));
     }},
    {"link-counts",
     [] {
       NewFile("a");
       return All({Outcome(link("a", "b")), LinksOf("a")});
     }},
    {"link-directory",
     [] {
       mkdir("d", 0755);
       return Outcome(link("d", "e"));
     }},
    {"link-to-another-filesystem",
     [] {
       NewFile("a");
       return Outcome(link("a", "/dev/shm/loadline-linked"));
     }},
    {"symlink-is-read",
     [] {
       char target[64] = {};
       (void)!symlink("somewhere/else", "l");
       const ssize_t length = readlink("l", target, sizeof target);
       return All({Value(length), target});
     }},
    {"symlink-is-cut",
     [] {
       char target[4] = {};
       (void)!symlink("abcdef", "l");
       return Value(readlink("l", target, 3));
     }},
    {"symlink-loop",
     [] {
       (void)!symlink("b", "a");
       (void)!symlink("a", "b");
       return Outcome(open("a", O_RDONLY));
     }},
    {"symlink-not-followed",
     [] {
       (void)!symlink("/", "l");
       return Outcome(open("l", O_RDONLY | O_NOFOLLOW));
     }},
    {"symlink-empty", [] { return Outcome(symlink("", "l")); }},
    {"readlink-of-file",
     [] {
       char target[4];
       NewFile("a");
       return Value(readlink("a", target, sizeof target));
     }},
    {"list-a-directory",
     [] {
       mkdir("d", 0755);
       NewFile("d/a");
       NewFile("d/b");
       int count = 0;
       DIR* directory = opendir("d");
       while (directory != nullptr && readdir(directory) != nullptr) ++count;
       return std::to_string(count);
     }},
    {"change-directory-to-file",
     [] {
       NewFile("a");
       return Outcome(chdir("a"));
     }},
    {"directory-removed-below",
     [] {
       char path[64];
       mkdir("d", 0755);
       (void)!chdir("d");
       rmdir("../d");
       return All({getcwd(path, sizeof path) == nullptr ? ErrnoName(errno) : "there",
                   Outcome(open("a", O_CREAT | O_RDWR, 0600))});
     }},
    {"getcwd-needs-room",
     [] {
       char path[2];
       return getcwd(path, sizeof path) == nullptr ? ErrnoName(errno) : "ok";
     }},
    {"dot-dot-of-root-is-root",
     [] {
       struct stat root {};
       struct stat above {};
       stat("/", &root);
       stat("/../..", &above);
       return Flag(root.st_ino == above.st_ino && root.st_dev == above.st_dev);
     }},
    {"resolve-beneath",
     [] {
       return All(
           {Outcome(OpenAt2(".", RESOLVE_BENEATH)), Outcome(OpenAt2("..", RESOLVE_BENEATH))});
     }},
    {"resolve-without-links",
     [] {
       (void)!symlink(".", "l");
       return Outcome(OpenAt2("l", RESOLVE_NO_SYMLINKS));
     }},
    {"make-fifo",
     [] {
       struct stat info {};
       const std::string done = Outcome(mkfifo("f", 0600));
       stat("f", &info);
       return All({done, Flag(S_ISFIFO(info.st_mode))});
     }},
    {"make-device", [] { return Outcome(mknod("n", S_IFCHR | 0600, makedev(1, 3))); }, "CAP_MKNOD"},
    {"inotify-tells",
     [] {
       const int fd = inotify_init1(IN_NONBLOCK);
       inotify_add_watch(fd, ".", IN_CREATE);
       NewFile("a");
       alignas(inotify_event) char buffer[512];
       const ssize_t count = read(fd, buffer, sizeof buffer);
       if (count <= 0) return Value(count);
       return std::string(reinterpret_cast<inotify_event*>(buffer)->name);
     }},
};

}  // namespace

BehaviourArea DirectoriesBehaviours() {
  return {"directories",
          "directories, links, names and their resolution",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
