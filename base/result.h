// SPDX-License-Identifier: Apache-2.0
// Error and Result: how every function of Loadline that can fail says so.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace loadline {

// What kind of error it is, for whoever has to act on it; exit statuses say it to scripts.
enum class ErrorKind {
  kDefect,       // of ours, as far as anybody knows
  kUsage,        // asked for wrongly
  kUnreadable,   // a file that cannot be read, or is not what it was taken for
  kAltered,      // what was signed is no longer what it was
  kHostLacks,    // this host does not have what it takes
  kInterrupted,  // by a signal
};

// What failed, with enough to act on it. All parts are optional but `what` or `call`.
struct Error {
  std::string what;       // in words, for the person who reads it
  std::string call;       // the system or library call that failed
  std::string arguments;  // of the call, as far as they help
  int number = 0;         // errno: of the call, or of what the words say; 0: none
  std::string stage;      // the stage of the reference runtime or step of the harness
  std::string hint;       // the way out
  ErrorKind kind = ErrorKind::kDefect;

  // One line: "stage: what: call(arguments): No such file or directory; hint".
  std::string ToLine() const;
  // The same error with a stage, unless a deeper level named one already.
  Error In(std::string_view where) &&;
  // The same error with a hint.
  Error Hint(std::string_view way_out) &&;
};

// An error in words alone.
Error Failure(std::string what, std::string hint = "");
Error Failure(ErrorKind kind, std::string what, std::string hint = "");
// The error of a call that just failed: keeps errno. Call it before anything else can change errno.
Error CallError(std::string call, std::string arguments = "");
// The same for a call whose errno came some other way.
Error CallError(int number, std::string call, std::string arguments = "");

// A value or the Error that prevented it. A struct and not an alias, because an alias would discard
// in silence.
template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
  Result() = default;
  Result(Error error)
      : tl::expected<T, Error>(tl::unexpected<Error>(std::move(error))) {}  // NOLINT
};

}  // namespace loadline

#define LOADLINE_JOIN_(a, b) a##b
#define LOADLINE_JOIN(a, b) LOADLINE_JOIN_(a, b)

// RETURN_IF_ERROR(expression): leaves the function with the error of a Result.
#define RETURN_IF_ERROR(...)                                                  \
  do {                                                                        \
    if (auto loadline_result = (__VA_ARGS__); !loadline_result.has_value()) { \
      return std::move(loadline_result).error();                              \
    }                                                                         \
  } while (false)

// ASSIGN_OR_RETURN(declaration, expression): the value of a Result, or leaves the function with its
// error.
#define ASSIGN_OR_RETURN(declaration, ...) \
  ASSIGN_OR_RETURN_(LOADLINE_JOIN(loadline_result_, __LINE__), declaration, __VA_ARGS__)
#define ASSIGN_OR_RETURN_(result, declaration, ...)            \
  auto result = (__VA_ARGS__);                                 \
  if (!(result).has_value()) return std::move(result).error(); \
  declaration = std::move(result).value()
