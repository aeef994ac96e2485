// SPDX-License-Identifier: Apache-2.0
// What system calls said, as text that is the same on every run.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <string>
#include <string_view>

#include "conformance/probe/behaviour.h"
#include "conformance/probe/child.h"
#include "conformance/probe/text.h"

namespace loadline::probe {

// "ok", or the name of errno when the result is negative.
inline std::string Outcome(long result) { return result < 0 ? ErrnoName(errno) : "ok"; }
// The result itself, or the name of errno.
inline std::string Value(long result) {
  return result < 0 ? ErrnoName(errno) : std::to_string(result);
}
inline std::string Flag(bool is) { return is ? "yes" : "no"; }

inline std::string All(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// A new file with this content, open for reading and writing at its beginning.
inline int NewFile(const char* name, std::string_view content = "") {
  const int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (!content.empty() && write(fd, content.data(), content.size()) < 0) return -1;
  lseek(fd, 0, SEEK_SET);
  return fd;
}

inline std::string ReadUpTo(int fd, size_t most) {
  std::string text(most, '\0');
  const ssize_t count = read(fd, text.data(), most);
  if (count < 0) return ErrnoName(errno);
  text.resize(static_cast<size_t>(count));
  return "\"" + text + "\"";
}

// How a child that does this ends: "exit 3" or "SIGSEGV".
template <class F>
std::string EndOfChild(F&& does) {
  const pid_t pid = fork();
  if (pid < 0) return ErrnoName(errno);
  if (pid == 0) {
    does();
    _exit(0);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status)) : AnswerOf(status);
}

}  // namespace loadline::probe
