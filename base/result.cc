// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace loadline {
namespace {

// What a call's errno says of files and of the host; of everything else the call was wrong.
ErrorKind KindOf(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EACCES:
    case EISDIR:
    case ENOEXEC:
    case ENXIO:  // a socket, or a device that is not there
    case EIO:
      return ErrorKind::kUnreadable;
    case ENOSPC:
    case EDQUOT:
    case EROFS:
      return ErrorKind::kHostLacks;
    case EINTR:
      return ErrorKind::kInterrupted;
    default:
      return ErrorKind::kDefect;
  }
}

}  // namespace

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
  // Without a call the words say what the number does.
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

Error Failure(ErrorKind kind, std::string what, std::string hint) {
  Error error = Failure(std::move(what), std::move(hint));
  error.kind = kind;
  return error;
}

Error CallError(std::string call, std::string arguments) {
  return CallError(errno, std::move(call), std::move(arguments));
}

Error CallError(int number, std::string call, std::string arguments) {
  Error error;
  error.number = number;
  error.kind = KindOf(number);
  error.call = std::move(call);
  error.arguments = std::move(arguments);
  return error;
}

}  // namespace loadline
