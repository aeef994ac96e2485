// SPDX-License-Identifier: Apache-2.0
// The runtime's log: warnings and errors, on standard error or in the file of --log.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

enum class LogFormat { kText, kJson };

// Where messages go from now on, and whether Debug says anything. An empty path is standard error.
Result<void> OpenLog(const std::string& path, LogFormat format, bool debug);
// Whether anybody wants to know what Debug would say.
bool Debugging();
void Debug(const std::string& message);
// What a message says, once more for programs: fields of its line, in JSON and in a file.
struct LogField {
  const char* name;
  std::variant<int64_t, std::string> value;
};
void DebugWith(const std::vector<LogField>& fields, const std::string& message);
// Something is not as asked for, and the standard lets us go on.
void Warn(const std::string& message);
// The operation failed. Goes to standard error as well, for the person who typed it.
void LogError(const Error& error);
// This moment, RFC 3339 in UTC.
std::string Timestamp();

}  // namespace loadline::runtime
