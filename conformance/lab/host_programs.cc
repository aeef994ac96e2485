// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/host_programs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "base/child_process.h"
#include "base/files.h"
#include "base/libraries.h"

namespace loadline::lab {
namespace {

// "#!/usr/bin/env python3" needs env and python3.
Result<std::vector<std::string>> FilesOfScript(const std::string& script,
                                               const std::string& first_line) {
  std::vector<std::string> files{script};
  std::istringstream words(first_line.substr(2));
  for (std::string word; words >> word && !word.starts_with('-');) {
    const std::string program = FindProgram(word);
    if (program.empty()) return Failure(script + " needs " + word + ", which is not here");
    ASSIGN_OR_RETURN(const auto more, FilesOf(program));
    files.insert(files.end(), more.begin(), more.end());
    if (!word.ends_with("/env")) break;
  }
  return files;
}

}  // namespace

std::string FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders((path == nullptr ? "" : std::string(path)) +
                             ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + name;
    if (!folder.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

Result<std::vector<std::string>> FilesOf(const std::string& program) {
  ASSIGN_OR_RETURN(const UniqueFd file, Open(program, O_RDONLY));
  std::string beginning(256, '\0');
  const ssize_t count = read(file.get(), beginning.data(), beginning.size());
  if (count < 0) return CallError("read", program);
  beginning.resize(static_cast<size_t>(count));
  if (beginning.starts_with("#!"))
    return FilesOfScript(program, beginning.substr(0, beginning.find('\n')));
  RunOptions options;
  options.spawn.argv = {"ldd", program};
  options.spawn.environment = CurrentEnvironment();
  options.deadline = Deadline::After(std::chrono::seconds(20));
  ASSIGN_OR_RETURN(const RunOutcome outcome, RunToEnd(options));
  std::vector<std::string> files{program};
  // A static program has no libraries, and ldd says so with exit status 1.
  std::istringstream lines(outcome.standard_output);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("not found") != std::string::npos)
      return Failure(program + " lacks a library on this host: " + line, "install it");
  }
  const std::vector<std::string> libraries = LibrariesIn(outcome.standard_output);
  files.insert(files.end(), libraries.begin(), libraries.end());
  return files;
}

}  // namespace loadline::lab
