// SPDX-License-Identifier: Apache-2.0
// loadline-hold READY GO PROGRAM [ARGUMENT…]: process 1 of a container until it is told to become
// the program, for systems that have no moment between making a container and starting it.
// Says "1" into the fifo READY, waits for a word in the fifo GO, and becomes PROGRAM when it is
// "start". What it holds open it opens itself, and nothing of it is left behind.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/version.h"

namespace {

constexpr int kNotExecutable = 126;  // as shells have it
constexpr int kNotFound = 127;
constexpr std::string_view kStart = "start\n";

int Complain(const char* what, const char* where) {
  const int number = errno;
  const std::string line =
      std::string("loadline-hold: ") + what + " " + where + ": " + std::strerror(number) + "\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
  return number == ENOENT ? kNotFound : kNotExecutable;
}

// The program by its name, as execvp() finds it, but with the PATH that it gets.
int Become(char** arguments) {
  execvp(arguments[0], arguments);
  return Complain("cannot become", arguments[0]);
}

bool SayReady(const char* fifo) {
  const int ready = open(fifo, O_WRONLY | O_CLOEXEC);
  if (ready < 0) return false;
  const bool said = write(ready, "1\n", 2) == 2;
  close(ready);
  return said;
}

// The word that is said.
std::string Hear(int go) {
  std::string word;
  std::array<char, 16> block;
  while (word.find('\n') == std::string::npos) {
    const ssize_t count = read(go, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    word.append(block.data(), static_cast<size_t>(count));
  }
  return word;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "--version") {
    const std::string line = std::string("loadline-hold ") + loadline::kVersionAndCommit + "\n";
    return write(STDOUT_FILENO, line.data(), line.size()) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  }
  if (count < 4) {
    errno = EINVAL;
    return Complain("needs READY GO PROGRAM", "on its command line");
  }
  // Open before anybody is told, and for both sides: nobody comes too early, and no end of a stream
  // is taken for a word.
  const int go = open(arguments[2], O_RDWR | O_CLOEXEC);
  if (go < 0) return Complain("cannot open", arguments[2]);
  if (!SayReady(arguments[1])) return Complain("cannot write", arguments[1]);
  if (Hear(go) != kStart) return EXIT_FAILURE;
  return Become(arguments + 3);
}
