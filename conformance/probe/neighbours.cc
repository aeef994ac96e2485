// SPDX-License-Identifier: Apache-2.0
// Other processes that this one sees: whether it may trace them, and what it sees through them. A
// process that is attached to is let go at once.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

std::string Answer(bool done) { return done ? "ok" : ErrnoName(errno); }
std::string Below(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::vector<pid_t> Others() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc"), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    const pid_t pid = std::atoi(entry->d_name);
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0 && pid != getpid())
      pids.push_back(pid);
  }
  return pids;
}

bool Runs(pid_t pid, const std::string& program) {
  struct stat known {};
  struct stat its {};
  return stat(program.c_str(), &known) == 0 && stat(Below(pid, "exe").c_str(), &its) == 0 &&
         known.st_ino == its.st_ino && known.st_dev == its.st_dev;
}

// What cannot be an errno: attached to a process that runs the payload's program.
constexpr int kToPayload = 250;

// In a child, whose end lets go of the other in any case. Only a process that stands still can be
// asked for its program without a race; one that ends meanwhile is gone (ESRCH).
std::string Attach(pid_t pid, const std::string& payload) {
  const std::string answer = InChild([&] {
    if (ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) return errno;
    int status = 0;
    if (ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0 ||
        waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
      return ESRCH;
    const bool same = Runs(pid, payload);
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return same ? kToPayload : 0;
  });
  return answer == ErrnoName(kToPayload) ? "payload" : answer;
}

// Whether what another process has open can be reached: to see the numbers is not enough.
std::string OpenAny(pid_t pid) {
  const std::string directory = Below(pid, "fd");
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(opendir(directory.c_str()), closedir);
  if (!fds) return ErrnoName(errno);
  std::string answer = "none is open";
  while (const dirent* entry = readdir(fds.get())) {
    if (entry->d_name[0] == '.') continue;
    const UniqueFd fd(open((directory + "/" + entry->d_name).c_str(), O_PATH | O_CLOEXEC));
    answer = Answer(static_cast<bool>(fd));
    if (fd) break;
  }
  return answer;
}

// Whether the way over another process's directories is open.
Json LookThrough(pid_t pid, const std::string& payload) {
  Json seen = {{"attached", Attach(pid, payload)}};
  const UniqueFd root(open(Below(pid, "root/.").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  seen["root"] = Answer(static_cast<bool>(root));
  seen["descriptors"] = OpenAny(pid);
  const UniqueFd memory(open(Below(pid, "mem").c_str(), O_RDONLY | O_CLOEXEC));
  seen["memory"] = Answer(static_cast<bool>(memory));
  return seen;
}

Json Neighbours(const std::string& payload) {
  Json found = Json::object();
  for (const pid_t pid : Others()) found[std::to_string(pid)] = LookThrough(pid, payload);
  return {{"neighbours", found}};
}

// The programs of others as they were seen running, so that they can be looked at once they do not
// run any more.
class Programs {
 public:
  void Keep(pid_t pid) {
    UniqueFd fd(open(Below(pid, "exe").c_str(), O_PATH | O_CLOEXEC));
    struct stat info {};
    if (!fd || fstat(fd.get(), &info) != 0) return;
    kept_.try_emplace({info.st_dev, info.st_ino}, std::move(fd));
  }
  // Those that can be opened for writing and are not sealed.
  Json Writable() const {
    Json writable = Json::array();
    for (const auto& [file, fd] : kept_) {
      const std::string path = "/proc/self/fd/" + std::to_string(fd.get());
      const UniqueFd open_to_write(open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!open_to_write || IsSealed(open_to_write.get())) continue;
      char target[256];
      const ssize_t length = readlink(path.c_str(), target, sizeof target);
      writable.push_back(std::string(target, static_cast<size_t>(std::max<ssize_t>(length, 0))));
    }
    return writable;
  }
  size_t size() const { return kept_.size(); }

 private:
  static bool IsSealed(int fd) {
    const int seals = fcntl(fd, F_GET_SEALS);
    return seals >= 0 && (seals & F_SEAL_WRITE) != 0;
  }
  std::map<std::pair<dev_t, ino_t>, UniqueFd> kept_;
};

// Watches who comes until there is another message: {stages: {answer: how often}, payloads,
// writable}.
Json Watch(const std::string& payload) {
  std::map<std::string, int> stages;
  int payloads = 0;
  Programs programs;
  pollfd more{STDIN_FILENO, POLLIN, 0};
  while (poll(&more, 1, 0) == 0) {
    for (const pid_t pid : Others()) {
      programs.Keep(pid);
      const std::string answer = Attach(pid, payload);
      if (answer == "payload") {
        ++payloads;
      } else if (answer != "ESRCH") {  // it has ended meanwhile
        ++stages[answer];
      }
    }
  }
  return {{"stages", stages}, {"payloads", payloads}, {"writable", programs.Writable()}};
}

}  // namespace

// "payload" is the program that the others run in the end: to attach to that is no fault.
Json ObeyNeighbours(const std::string& word, const Json& message) {
  const std::string payload = message.value("payload", "/proc/self/exe");
  if (word == "neighbours") return Neighbours(payload);
  if (word == "watch") return {{"watched", Watch(payload)}};
  return nullptr;
}

}  // namespace loadline::probe
