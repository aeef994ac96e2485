// SPDX-License-Identifier: Apache-2.0
// A container below this one: calls of a runtime that is in here too, messages for what runs in the
// container that they make, and what is here once it is gone.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"
#include "conformance/probe/calling.h"
#include "conformance/probe/child.h"
#include "conformance/probe/failed_calls.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr int kPatience = 6000;  // milliseconds, when the message does not say
constexpr const char* kGroups = "/sys/fs/cgroup";

// The streams of the container below, which its create inherited.
struct Streams {
  UniqueFd input;
  UniqueFd output;
  UniqueFd errors;
  std::string bytes;  // of the output, not yet read as lines
};
Streams below;

// What a file in memory holds; as much as a call may say.
std::string ReadFromStart(int fd) {
  constexpr size_t kCap = 1 << 20;
  lseek(fd, 0, SEEK_SET);
  return ReadFd(fd, kCap).value_or("it printed more than 1 MiB");
}

Deadline DeadlineOf(const Json& message) {
  return Deadline::After(std::chrono::milliseconds(message.value("milliseconds", kPatience)));
}

Json Answer(const Ended& ended, const std::string& output, const std::string& errors) {
  const int status = ended.status;
  return {{"call",
           {{"code", WIFEXITED(status) ? WEXITSTATUS(status) : 0},
            {"signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0},
            {"timedOut", ended.timed_out},
            {"output", output},
            {"errors", errors}}}};
}

Result<pid_t> Start(const Json& message, const std::array<int, 3>& streams) {
  return StartProgram(message.value("argv", std::vector<std::string>()),
                      message.value("environment", std::vector<std::string>()), streams);
}

// Files in memory: who leaves something behind that holds the output keeps nobody waiting.
Json Call(const Json& message) {
  const UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const UniqueFd output(memfd_create("output", MFD_CLOEXEC));
  const UniqueFd errors(memfd_create("errors", MFD_CLOEXEC));
  if (!nothing || !output || !errors) return {{"error", "no streams: " + ErrnoName(errno)}};
  const auto pid = Start(message, {nothing.get(), output.get(), errors.get()});
  if (!pid) return {{"error", pid.error().ToLine()}};
  const Ended ended = WaitOrKill(*pid, DeadlineOf(message));
  return Answer(ended, ReadFromStart(output.get()), ReadFromStart(errors.get()));
}

// What is in a pipe whose other end somebody may keep.
std::string ReadWhatIsThere(int fd) {
  std::array<char, 4096> buffer{};
  pollfd entry{fd, POLLIN, 0};
  if (poll(&entry, 1, 0) <= 0) return "";
  const ssize_t count = read(fd, buffer.data(), buffer.size());
  return {buffer.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))};
}

// A call whose streams the container that it makes keeps: its input and output are ours from then
// on.
Json HoldCall(const Json& message) {
  auto input = MakePipe();
  auto output = MakePipe();
  auto errors = MakePipe();
  if (!input || !output || !errors) return {{"error", "pipe: " + ErrnoName(errno)}};
  const auto pid = Start(message, {input->read.get(), output->write.get(), errors->write.get()});
  if (!pid) return {{"error", pid.error().ToLine()}};
  below = {std::move(input->write), std::move(output->read), std::move(errors->read), ""};
  for (UniqueFd* end : {&input->read, &output->write, &errors->write}) end->Reset();
  const Ended ended = WaitOrKill(*pid, DeadlineOf(message));
  return Answer(ended, "", ReadWhatIsThere(below.errors.get()));
}

// The next line of the container below; none at its end, or at the deadline.
std::optional<std::string> LineFromBelow(const Deadline& deadline) {
  while (true) {
    const size_t end = below.bytes.find('\n');
    if (end != std::string::npos) {
      std::string line = below.bytes.substr(0, end);
      below.bytes.erase(0, end + 1);
      return line;
    }
    const auto ready = WaitFor(below.output.get(), POLLIN, deadline);
    if (!ready || *ready == Readiness::kTimedOut) return std::nullopt;
    std::array<char, 65536> buffer;
    const ssize_t count = read(below.output.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    below.bytes.append(buffer.data(), static_cast<size_t>(count));
  }
}

// Hands a message down, if there is one, and the next answer up.
Json HandDown(const Json& message) {
  if (!below.output) return {{"error", "there is no container below"}};
  const Deadline deadline = DeadlineOf(message);
  if (message.contains("message") &&
      !WriteAll(below.input.get(), Line(message["message"]), deadline))
    return {{"error", "the container below takes no message"}};
  const auto line = LineFromBelow(deadline);
  if (!line) return {{"error", "the container below does not answer"}};
  Json answer = Json::parse(*line, nullptr, false);
  if (answer.is_discarded()) return {{"error", "the container below answers no JSON"}};
  return {{"below", std::move(answer)}};
}

// As process 1 we owe it to those whose parents have gone.
void ReapAll() {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

// How a process ended that is ours to reap; of anybody else's, that it ended.
std::string EndOf(pid_t pid, const Deadline& deadline) {
  const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (const auto status = WaitForChild(pid, deadline)) return AnswerOf(*status);
  const auto ended = pidfd ? WaitFor(pidfd.get(), POLLIN, deadline) : Readiness::kTimedOut;
  return ended && *ended == Readiness::kReady ? "ended" : "it does not end";
}

// Lets go of the container below and waits for its end: its process is an orphan, and so ours to
// reap.
Json Release(const Json& message) {
  below = {};
  const std::string text = ReadText(message.value("pidFile", ""));
  const auto pid = static_cast<pid_t>(strtol(text.c_str(), nullptr, 10));
  std::string end = "there is no such process";
  if (pid > 1 && kill(pid, 0) == 0) end = EndOf(pid, DeadlineOf(message));
  ReapAll();
  return {{"released", end}};
}

// A call once more, for what failed in it: the last of many.
Json Trace(const Json& message) {
  constexpr size_t kLast = 6;
  std::vector<std::string> failed =
      FailedCalls(message.value("argv", std::vector<std::string>()),
                  message.value("environment", std::vector<std::string>()),
                  std::chrono::milliseconds(message.value("milliseconds", kPatience)));
  if (failed.size() > kLast) failed.erase(failed.begin(), failed.end() - kLast);
  return {{"failed", failed}};
}

Json Names(const std::string& path, bool numbers_alone) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    const std::string name = entry->d_name;
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    if (name != "." && name != ".." && (number || !numbers_alone)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// What a container of this id may leave here.
Json Remains(const Json& message) {
  ReapAll();
  return {{"remains",
           {{"groups", ObserveGroups("/" + message.value("id", ""))},
            {"state", Names(message.value("state", ""), false)},
            {"processes", Names("/proc", true)},
            {"mounts", Lines(ReadText("/proc/self/mountinfo")).size()}}}};
}

// On cgroup v2 a group that hands something down may hold no process: this one makes way.
Json MakeWay() {
  if (access((std::string(kGroups) + "/cgroup.procs").c_str(), W_OK) != 0)
    return {{"madeWay", "not needed"}};
  const std::string leaf = std::string(kGroups) + "/first";
  if (mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return {{"madeWay", ErrnoName(errno)}};
  const auto moved = WriteExisting(leaf + "/cgroup.procs", "0");
  return {{"madeWay", moved ? "ok" : moved.error().ToLine()}};
}

}  // namespace

Json ObeyNested(const std::string& word, const Json& message) {
  if (word == "call") return Call(message);
  if (word == "hold-call") return HoldCall(message);
  if (word == "below") return HandDown(message);
  if (word == "trace") return Trace(message);
  if (word == "release") return Release(message);
  if (word == "remains") return Remains(message);
  if (word == "make-way") return MakeWay();
  return nullptr;
}

}  // namespace loadline::probe
