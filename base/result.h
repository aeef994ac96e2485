// SPDX-License-Identifier: Apache-2.0
// Error and Result: how every function of Loadline that can fail says so.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace loadline {

// What failed, with enough to act on it. All parts are optional but `what` or `call`.
struct Error {
  std::string what;       // in words, for the person who reads it
  std::string call;       // the system or library call that failed
  std::string arguments;  // of the call, as far as they help
  int number = 0;         // errno of the call, or what kind of error it is; 0: neither
  std::string stage;      // the stage of the reference runtime or step of the harness
  std::string hint;       // the way out

  // One line: "stage: what: call(arguments): No such file or directory; hint".
  std::string ToLine() const;
  // The same error with a stage, unless a deeper level named one already.
  Error In(std::string_view where) &&;
  // The same error with a hint.
  Error Hint(std::string_view way_out) &&;
};

// An error in words alone.
Error Failure(std::string what, std::string hint = "");
// The error of a call that just failed: keeps errno. Call it before anything else can change errno.
Error CallError(std::string call, std::string arguments = "");

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
