// SPDX-License-Identifier: Apache-2.0
#include "conformance/adapters/machine/requests.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "base/pipe.h"

namespace loadline::machine {
namespace {

constexpr size_t kLongestLine = 100;
constexpr size_t kMost = 16 << 20;  // bytes of one part

Result<std::string> ReadExactly(int port, size_t size) {
  if (size > kMost) return Failure("a part of a request is larger than 16 MiB");
  std::string bytes;
  std::array<char, 65536> block;
  while (bytes.size() < size) {
    const ssize_t count = read(port, block.data(), std::min(block.size(), size - bytes.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return CallError("read", "the port of requests");
    bytes.append(block.data(), static_cast<size_t>(count));
  }
  return bytes;
}

// Byte by byte, since what follows is not ours to take.
Result<std::string> ReadWordTo(int port, char end, size_t longest) {
  std::string word;
  while (word.size() <= longest) {
    ASSIGN_OR_RETURN(const std::string byte, ReadExactly(port, 1));
    if (byte[0] == end) return word;
    word += byte;
  }
  return Failure("a word of a request has no end");
}

}  // namespace

Result<Request> ReadRequest(int port) {
  ASSIGN_OR_RETURN(const std::string line, ReadWordTo(port, '\n', kLongestLine));
  size_t words = 0;
  size_t input = 0;
  size_t file = 0;
  if (std::istringstream stream(line); !(stream >> words >> input >> file))
    return Failure("a request begins with \"" + line + "\"");
  Request request;
  for (size_t i = 0; i < words; ++i) {
    ASSIGN_OR_RETURN(std::string word, ReadWordTo(port, '\0', kMost));
    request.words.push_back(std::move(word));
  }
  ASSIGN_OR_RETURN(request.input, ReadExactly(port, input));
  ASSIGN_OR_RETURN(request.file, ReadExactly(port, file));
  return request;
}

Result<void> WriteAnswer(int port, const Answer& answer) {
  RETURN_IF_ERROR(WriteAll(port, std::to_string(answer.status) + " " +
                                     std::to_string(answer.output.size()) + " " +
                                     std::to_string(answer.errors.size()) + "\n"));
  RETURN_IF_ERROR(WriteAll(port, answer.output));
  return WriteAll(port, answer.errors);
}

}  // namespace loadline::machine
