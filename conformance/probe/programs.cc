// SPDX-License-Identifier: Apache-2.0
// A program of the root filesystem, run in a directory of its own: what it printed, how it ended
// and which files it made; or, under trace, which system calls it made.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/unique_fd.h"
#include "conformance/probe/call_trace.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The same wherever it runs, so that what is printed of it is the same.
constexpr const char* kPlace = "/tmp/program";
constexpr const char* kStreams = "/tmp/program-streams";
constexpr unsigned kSeconds = 30;
constexpr unsigned kTracedSeconds = 20;
constexpr size_t kMostCalls = 5000;  // different ones
constexpr size_t kTextCap = 1 << 16;
constexpr size_t kShownCap = 512;  // of a file's content

// FNV-1a of 64 bits: whether two contents are the same, and no more.
std::string SumOf(std::string_view bytes) {
  uint64_t sum = 0xcbf29ce484222325;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    sum *= 0x100000001b3;
  }
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(sum));
  return text;
}

Json DescribeFile(const fs::path& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return ErrnoName(errno);
  Json file = {{"mode", Octal(info.st_mode & 07777)}};
  if (S_ISLNK(info.st_mode)) return {{"link", fs::read_symlink(path).string()}};
  if (S_ISDIR(info.st_mode)) file["kind"] = "directory";
  if (S_ISFIFO(info.st_mode)) file["kind"] = "fifo";
  if (!S_ISREG(info.st_mode)) return file;
  const std::string content = ReadText(path);
  file["size"] = content.size();
  file["links"] = info.st_nlink;
  if (content.size() <= kShownCap) {
    file["content"] = content;
  } else {
    file["sum"] = SumOf(content);
  }
  return file;
}

Json FilesBelow(const std::string& directory) {
  Json files = Json::object();
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    files[entry->path().lexically_relative(directory).string()] = DescribeFile(entry->path());
  if (error) files["?"] = error.message();
  return files;
}

int Stream(const std::string& name, std::string_view content = "") {
  const std::string path = std::string(kStreams) + "/" + name;
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  while (!content.empty()) {
    const ssize_t count = write(fd, content.data(), content.size());
    if (count <= 0) break;
    content.remove_prefix(static_cast<size_t>(count));
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string Written(const std::string& name) {
  std::string text = ReadText(std::string(kStreams) + "/" + name);
  if (text.size() > kTextCap) text.resize(kTextCap);
  return text;
}

// In the child: the streams, the directory and the time that it has; then the program.
[[noreturn]] void Become(const std::vector<std::string>& words, const std::array<int, 3>& streams,
                         bool traced) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int fd = 0; fd < 3; ++fd) dup2(streams[static_cast<size_t>(fd)], fd);
  signal(SIGPIPE, SIG_DFL);  // which the probe ignores
  umask(022);
  if (chdir(kPlace) != 0) _exit(126);
  alarm(traced ? kTracedSeconds : kSeconds);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  if (traced && !StopForTracer()) _exit(126);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

std::string EndOf(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  kill(-pid, SIGKILL);  // what it left behind
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status)) : AnswerOf(status);
}

// How each of its calls ended, whichever process made it and how often: [NUMBER, ABOUT, ENDS…] in
// the order in which they came first; an end is "ok" or an error. What depends on who comes first
// is left out.
Json EndsOfCalls(pid_t pid) {
  std::map<std::pair<long, std::string>, size_t> places;
  Json calls = Json::array();
  TraceCalls(pid, [&](const TracedCall& call) {
    if (call.error == EAGAIN || call.error == EINTR) return;
    const auto [place, is_new] = places.try_emplace({call.number, call.about}, calls.size());
    if (is_new && calls.size() < kMostCalls) calls.push_back({call.number, call.about});
    if (place->second >= calls.size()) return;
    Json& ends = calls[place->second];
    const std::string end = call.error == 0 ? "ok" : ErrnoName(call.error);
    if (std::find(ends.begin() + 2, ends.end(), end) == ends.end()) ends.push_back(end);
  });
  return calls;
}

Json RunProgram(const std::vector<std::string>& words, const Json& message) {
  const bool traced = message.value("trace", false);
  std::error_code ignored;
  for (const char* directory : {kPlace, kStreams}) {
    fs::remove_all(directory, ignored);
    if (mkdir(directory, 0755) != 0) return {{"error", "no directory " + std::string(directory)}};
  }
  const UniqueFd input(Stream("input", message.value("input", "")));
  const UniqueFd output(Stream("output"));
  const UniqueFd errors(Stream("errors"));
  const pid_t pid = fork();
  if (pid == 0) Become(words, {input.get(), output.get(), errors.get()}, traced);
  if (pid < 0) return {{"error", "no child"}};
  Json answer;
  if (traced) {
    answer = {{"calls", EndsOfCalls(pid)}};
    kill(-pid, SIGKILL);
  } else {
    answer = {{"end", EndOf(pid)},
              {"output", Written("output")},
              {"errors", Written("errors")},
              {"files", FilesBelow(kPlace)}};
  }
  for (const char* directory : {kPlace, kStreams}) fs::remove_all(directory, ignored);
  return answer;
}

}  // namespace

// {"tell": "program", "words": [WORD, …], "input"?: TEXT, "trace"?: true}
Json ObeyProgram(const std::string& word, const Json& message) {
  if (word != "program") return nullptr;
  const auto words = message.value("words", std::vector<std::string>());
  if (words.empty()) return {{"error", "there is no program to run"}};
  if (!message.value("trace", false)) return {{"program", RunProgram(words, message)}};
  const std::string may_be_traced =
      InChild([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0 ? errno : 0; });
  if (may_be_traced != "ok") return {{"traced", {{"refused", may_be_traced}}}};
  return {{"traced", RunProgram(words, message)}};
}

}  // namespace loadline::probe
