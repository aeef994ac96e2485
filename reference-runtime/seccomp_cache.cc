// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/seccomp_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::runtime {
namespace {

// More would be of hosts that make a profile for each container; then all are forgotten.
constexpr int kMost = 64;
constexpr size_t kLongest = size_t{4} << 20;

bool IsOwn(int fd, mode_t type) {
  struct stat info {};
  return fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == type && info.st_uid == geteuid() &&
         (info.st_mode & 022) == 0;
}

// Only finds the file (FNV-1a); the text itself stands in it and is compared.
std::string NameOf(const std::string& key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  char name[20];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
  return name;
}

// Before the program stands the key, and before the key its length.
std::string HeadOf(const std::string& key) { return std::to_string(key.size()) + "\n" + key; }

}  // namespace

std::string SeccompCache::Folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string caches = geteuid() == 0 ? "/var/cache" : variable("XDG_CACHE_HOME");
  if (caches.empty() && !variable("HOME").empty()) caches = variable("HOME") + "/.cache";
  return caches.empty() ? "" : caches + "/loadline-seccomp";
}

std::vector<sock_filter> SeccompCache::Find(const std::string& key) const {
  const auto folder = Open(folder_, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!folder.has_value() || !IsOwn(folder->get(), S_IFDIR)) return {};
  const UniqueFd file(
      openat(folder->get(), NameOf(key).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file || !IsOwn(file.get(), S_IFREG)) return {};
  const auto content = ReadFd(file.get(), kLongest);
  const std::string head = HeadOf(key);
  if (!content.has_value() || !content->starts_with(head)) return {};
  const size_t size = content->size() - head.size();
  if (size == 0 || size % sizeof(sock_filter) != 0 || size / sizeof(sock_filter) > BPF_MAXINSNS)
    return {};
  std::vector<sock_filter> program(size / sizeof(sock_filter));
  content->copy(reinterpret_cast<char*>(program.data()), size, head.size());
  return program;
}

void SeccompCache::Keep(const std::string& key, const std::vector<sock_filter>& program) const {
  if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return;
  const auto folder = Open(folder_, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!folder.has_value() || !IsOwn(folder->get(), S_IFDIR)) return;
  std::error_code problem;
  int count = 0;
  for (std::filesystem::directory_iterator entry(ProcPath(folder->get()), problem), end;
       !problem && entry != end; entry.increment(problem))
    ++count;
  if (count >= kMost) {
    for (std::filesystem::directory_iterator entry(ProcPath(folder->get()), problem), end;
         !problem && entry != end; entry.increment(problem))
      unlinkat(folder->get(), entry->path().filename().c_str(), 0);
  }
  const std::string bytes(reinterpret_cast<const char*>(program.data()),
                          program.size() * sizeof(sock_filter));
  (void)WriteFileAtomically(ProcPath(folder->get()) + "/" + NameOf(key), HeadOf(key) + bytes, 0600)
      .has_value();
}

}  // namespace loadline::runtime
