// SPDX-License-Identifier: Apache-2.0
// What the adapter asks a machine for, and what it answers; adapters/qemu/machine.py speaks the
// other side. A request is a line "WORDS INPUT FILE", then so many words that each end in a NUL, so
// many bytes for the standard input, and so many for a file. An answer is a line "STATUS OUTPUT
// ERRORS", and the bytes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace loadline::machine {

struct Request {
  std::vector<std::string> words;
  std::string input;
  std::string file;  // for the words that are kFileWord
};

struct Answer {
  int status = 0;
  std::string output;
  std::string errors;
};

// Stands for the path of the file among the words.
inline constexpr const char* kFileWord = "{file}";

// Waits for the next request.
Result<Request> ReadRequest(int port);
Result<void> WriteAnswer(int port, const Answer& answer);

}  // namespace loadline::machine
