// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::runtime {
namespace {

UniqueFd log_file;
LogFormat log_format = LogFormat::kText;
bool log_debug = false;

std::string Quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Written(const std::vector<LogField>& fields, const char* before, const char* between) {
  std::string text;
  for (const LogField& field : fields) {
    const auto* number = std::get_if<int64_t>(&field.value);
    text += std::string(before) + field.name + between +
            (number != nullptr ? std::to_string(*number) : Quoted(std::get<1>(field.value)));
  }
  return text;
}

// JSON, and text in a file, are as runc writes them; a person gets less.
std::string Line(const char* level, const std::string& message,
                 const std::vector<LogField>& fields) {
  const std::string name(level);
  if (log_format == LogFormat::kJson)
    return R"({"level":")" + name + R"(","msg":)" + Quoted(message) +
           Written(fields, ",\"", "\":") + R"(,"time":")" + Timestamp() + "\"}\n";
  if (log_file)
    return "time=\"" + Timestamp() + "\" level=" + name + " msg=" + Quoted(message) +
           Written(fields, " ", "=") + "\n";
  return "loadline-runtime: " + (name == "error" ? "" : name + ": ") + message + "\n";
}

void Write(const char* level, const std::string& message,
           const std::vector<LogField>& fields = {}) {
  auto written = WriteAll(log_file ? log_file.get() : STDERR_FILENO, Line(level, message, fields));
  (void)written;  // a log that cannot be written must not change the container
}

}  // namespace

Result<void> OpenLog(const std::string& path, LogFormat format, bool debug) {
  log_format = format;
  log_debug = debug;
  if (path.empty()) return {};
  ASSIGN_OR_RETURN(log_file, Open(path, O_WRONLY | O_CREAT | O_APPEND, 0644));
  return {};
}

bool Debugging() { return log_debug; }

void Debug(const std::string& message) { DebugWith({}, message); }

void DebugWith(const std::vector<LogField>& fields, const std::string& message) {
  if (log_debug) Write("debug", message, fields);
}

void Warn(const std::string& message) { Write("warning", message); }

void LogError(const Error& error) {
  const std::string message = error.ToLine();
  std::vector<LogField> fields;
  if (!error.stage.empty()) fields.push_back({"stage", error.stage});
  if (!error.call.empty()) {
    fields.push_back({"call", error.call});
    fields.push_back({"errno", int64_t{error.number}});
  }
  Write("error", message, fields);
  if (!log_file) return;
  auto said = WriteAll(STDERR_FILENO, "loadline-runtime: " + message + "\n");
  (void)said;
}

std::string Timestamp() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // Not gmtime_r, which reads the time zone's file first.
  const std::chrono::seconds seconds(now.tv_sec);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  const std::chrono::hh_mm_ss time(seconds - days);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09ldZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                now.tv_nsec);
  return text;
}

}  // namespace loadline::runtime
