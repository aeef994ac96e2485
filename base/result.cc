// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace loadline {

std::string Error::ToLine() const {
  std::string line;
  auto add = [&line](std::string_view part) {
    if (part.empty()) return;
    if (!line.empty()) line += ": ";
    // A line it stays, whatever was written to a file that did not take it.
    for (const char c : part) line += c == '\n' ? "\\n" : std::string(1, c);
  };
  add(stage);
  add(what);
  if (!call.empty()) add(call + "(" + arguments + ")");
  // Without a call the number only says what kind of error it is, and the words say the rest.
  if (!call.empty() && number != 0) add(strerror(number));
  if (!hint.empty()) line += "; " + hint;
  return line;
}

Error Error::In(std::string_view where) && {
  if (stage.empty()) stage = where;
  return std::move(*this);
}

Error Error::Hint(std::string_view way_out) && {
  hint = way_out;
  return std::move(*this);
}

Error Failure(std::string what, std::string hint) {
  Error error;
  error.what = std::move(what);
  error.hint = std::move(hint);
  return error;
}

Error CallError(std::string call, std::string arguments) {
  Error error;
  error.number = errno;
  error.call = std::move(call);
  error.arguments = std::move(arguments);
  return error;
}

}  // namespace loadline
