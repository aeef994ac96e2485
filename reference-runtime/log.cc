// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::runtime {
namespace {

UniqueFd log_file;
LogFormat log_format = LogFormat::kText;

void Write(const char* level, const std::string& message) {
  std::string line = "loadline-runtime: " + std::string(level) + ": " + message + "\n";
  if (log_format == LogFormat::kJson && log_file) {
    const nlohmann::json entry{{"level", level}, {"msg", message}, {"time", Timestamp()}};
    line = entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  auto written = WriteAll(log_file ? log_file.get() : STDERR_FILENO, line);
  (void)written;  // a log that cannot be written must not change the container
}

}  // namespace

Result<void> OpenLog(const std::string& path, LogFormat format) {
  log_format = format;
  if (path.empty()) return {};
  ASSIGN_OR_RETURN(log_file, Open(path, O_WRONLY | O_CREAT | O_APPEND, 0644));
  return {};
}

void Warn(const std::string& message) { Write("warning", message); }

void LogError(const std::string& message) {
  if (log_file) Write("error", message);
  auto said = WriteAll(STDERR_FILENO, "loadline-runtime: " + message + "\n");
  (void)said;
}

std::string Timestamp() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char text[64];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + length, sizeof text - length, ".%09ldZ", now.tv_nsec);
  return text;
}

}  // namespace loadline::runtime
