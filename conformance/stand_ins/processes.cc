// SPDX-License-Identifier: Apache-2.0
#include "conformance/stand_ins/processes.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/files.h"
#include "base/unique_fd.h"

namespace loadline::stand_ins {
namespace {

constexpr const char* kNumbers = "NSpid:";
constexpr int kFieldsToStart = 18;  // from the parent's number on, in proc_pid_stat(5)

std::string PathOf(pid_t pid) { return "/proc/" + std::to_string(pid); }

// Reads parent and start time; false when the process has ended.
bool ReadStat(Process& process) {
  const std::string stat = ReadFile(PathOf(process.pid) + "/stat").value_or("");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(stat.substr(name_end + 1));
  char state = 'X';
  fields >> state >> process.parent;
  std::string field;
  for (int i = 0; i < kFieldsToStart - 1; ++i) fields >> field;
  fields >> process.start;
  return state != 'X' && state != 'Z';
}

void ReadNumbers(Process& process) {
  std::istringstream lines(ReadFile(PathOf(process.pid) + "/status").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kNumbers)) continue;
    std::istringstream numbers(line.substr(std::string(kNumbers).size()));
    for (pid_t number = 0; numbers >> number;) process.numbers.push_back(number);
  }
}

// The pid namespace `steps` above that of the process, as readlink would name it.
std::string NamespaceAbove(const Process& process, size_t steps) {
  UniqueFd fd(open((PathOf(process.pid) + "/ns/pid").c_str(), O_RDONLY | O_CLOEXEC));
  for (size_t i = 0; fd && i < steps; ++i) fd = UniqueFd(ioctl(fd.get(), NS_GET_PARENT));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0) return "";
  return "pid:[" + std::to_string(status.st_ino) + "]";
}

std::vector<pid_t> NumbersIn(const std::string& directory) {
  std::vector<pid_t> numbers;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const int number = std::atoi(entry->path().filename().c_str());
    if (number > 0) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::optional<Process> LookAt(pid_t pid) {
  Process process;
  process.pid = pid;
  if (!ReadStat(process)) return std::nullopt;
  ReadNumbers(process);
  std::error_code error;
  process.name_space = std::filesystem::read_symlink(PathOf(pid) + "/ns/pid", error).string();
  if (process.numbers.empty() || process.name_space.empty()) return std::nullopt;
  return process;
}

std::vector<Process> AllProcesses(bool threads) {
  std::vector<Process> processes;
  for (const pid_t pid : NumbersIn("/proc")) {
    for (const pid_t thread : threads ? NumbersIn(PathOf(pid) + "/task") : std::vector{pid}) {
      if (auto process = LookAt(thread)) processes.push_back(std::move(*process));
    }
  }
  return processes;
}

pid_t NumberFor(const Process& reader, const Process& process) {
  const size_t level = reader.numbers.size();
  if (process.numbers.size() < level) return 0;
  const size_t above = process.numbers.size() - level;
  const std::string seen = above == 0 ? process.name_space : NamespaceAbove(process, above);
  return seen == reader.name_space ? process.numbers[level - 1] : 0;
}

}  // namespace loadline::stand_ins
