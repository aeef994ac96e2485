// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/files.h"
#include "base/pipe.h"
#include "base/version.h"
#include "reports/parity/triangle.h"
#include "reports/plain_text.h"
#include "reports/writer.h"

namespace loadline::cli {
namespace {

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// The flag, then NO_COLOR, then FORCE_COLOR, then whether a person is looking.
bool UseColour(Colour wanted, int fd) {
  if (wanted != Colour::kAuto) return wanted == Colour::kAlways;
  if (IsSet("NO_COLOR")) return false;
  if (IsSet("FORCE_COLOR") || IsSet("CLICOLOR_FORCE")) return true;
  const char* terminal = std::getenv("TERM");
  return isatty(fd) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

// The writer of a format, of reports and comparisons or of histories.
template <class AnyWriter>
Result<AnyWriter> FindWriter(const std::vector<AnyWriter>& writers, std::string_view format) {
  for (const AnyWriter& writer : writers) {
    if (writer.format == format) return writer;
  }
  return Failure("no format " + std::string(format));
}

Result<void> AddToFile(const std::string& path, const std::string& text) {
  ASSIGN_OR_RETURN(const UniqueFd file, Open(path, O_WRONLY | O_CREAT | O_APPEND, 0644));
  return WriteAll(file.get(), text);
}

Result<void> WriteFile(const std::string& path, const std::string& text, bool added) {
  auto written = added ? AddToFile(path, text) : WriteFileAtomically(path, text);
  if (written.has_value()) return {};
  return std::move(written).error().Hint("make room there, or choose another --report path");
}

Result<void> WriteOut(const std::string& text) {
  auto written = WriteAll(STDOUT_FILENO, text);
  if (written.has_value() || written.error().number == EPIPE) return {};  // the reader's wish
  return Failure(
      "standard output cannot be written: " + std::string(std::strerror(written.error().number)),
      "make room there, or choose another place");
}

}  // namespace

reports::Tool ThisTool() { return {"loadline", kVersion, kCommit}; }

std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Result<void> CheckReportPaths(const OutputOptions& options) {
  for (const auto& [format, path] : options.reports) {
    const auto refuse = [&](const std::string& why) {
      return Failure("the report " + path + " cannot be written: " + why,
                     "choose a --report path in a writable directory");
    };
    struct stat info {};
    if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
      return refuse("something else is there");
    const size_t slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (access(directory.c_str(), W_OK | X_OK) != 0)
      return refuse(directory + ": " + std::strerror(errno));
  }
  return {};
}

Result<void> WriteReports(const reports::Report& report, const OutputOptions& options,
                          bool streamed) {
  const std::vector<reports::Writer> writers = reports::AllWriters();
  const auto written = [&](const std::string& format) { return streamed && format == "jsonl"; };
  for (const auto& [format, path] : options.reports) {
    if (written(format)) continue;
    ASSIGN_OR_RETURN(const reports::Writer writer, FindWriter(writers, format));
    RETURN_IF_ERROR(
        WriteFile(path, writer.write(report, {false, true}), writer.added_to != nullptr));
  }
  if (written(options.format)) return {};
  ASSIGN_OR_RETURN(const reports::Writer writer, FindWriter(writers, options.format));
  return WriteOut(
      writer.write(report, {UseColour(options.colour, STDOUT_FILENO), options.verbose}));
}

Result<void> WriteComparison(const reports::Comparison& comparison, const OutputOptions& options) {
  std::vector<reports::Writer> writers = reports::AllWriters();
  writers.push_back(reports::TriangleWriter());
  for (const auto& [format, path] : options.reports) {
    ASSIGN_OR_RETURN(const reports::Writer writer, FindWriter(writers, format));
    RETURN_IF_ERROR(WriteFile(path, writer.write_comparison(comparison, {false, true}),
                              writer.added_to != nullptr));
  }
  ASSIGN_OR_RETURN(const reports::Writer writer, FindWriter(writers, options.format));
  return WriteOut(writer.write_comparison(
      comparison, {UseColour(options.colour, STDOUT_FILENO), options.verbose}));
}

Result<void> WriteHistory(const reports::History& history, const OutputOptions& options) {
  const std::vector<reports::HistoryWriter>& writers = reports::HistoryWriters();
  for (const auto& [format, path] : options.reports) {
    ASSIGN_OR_RETURN(const reports::HistoryWriter writer, FindWriter(writers, format));
    RETURN_IF_ERROR(WriteFile(path, writer.write(history, true), false));
  }
  ASSIGN_OR_RETURN(const reports::HistoryWriter writer, FindWriter(writers, options.format));
  return WriteOut(writer.write(history, options.verbose));
}

Result<void> WriteFormats(
    const OutputOptions& options,
    const std::function<std::string(const std::string& format, bool file)>& write) {
  const std::vector<reports::Writer> writers = reports::AllWriters();
  for (const auto& [format, path] : options.reports) {
    ASSIGN_OR_RETURN(const reports::Writer writer, FindWriter(writers, format));
    RETURN_IF_ERROR(WriteFile(path, write(format, true), writer.added_to != nullptr));
  }
  return WriteOut(write(options.format, false));
}

bool UseColour(const OutputOptions& options) { return UseColour(options.colour, STDOUT_FILENO); }

int Print(const std::string& text, int exit_status) {
  auto written = WriteOut(text);
  return written.has_value() ? exit_status : Complain(written.error(), kCannotJudge);
}

void Note(const std::string& message) {
  auto said = WriteAll(STDERR_FILENO, message + "\n");
  (void)said;  // there is nobody left to tell
}

int Complain(const Error& error, int exit_status) {
  Note("loadline: " + reports::Shortened(error.ToLine(), reports::kLongText));
  return exit_status;
}

}  // namespace loadline::cli
