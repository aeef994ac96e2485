// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/files.h"
#include "base/pipe.h"
#include "base/version.h"
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

// The writer of a format: a Writer or a ComparisonWriter.
template <class Writers>
auto FindWriter(const Writers& writers, std::string_view format) -> const
    typename Writers::value_type* {
  for (const auto& writer : writers) {
    if (writer.format == format) return &writer;
  }
  return nullptr;
}

Result<void> WriteFile(const std::string& path, const std::string& text) {
  auto written = WriteFileAtomically(path, text);
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

reports::Tool ThisTool() { return {"loadline", kVersion, LOADLINE_COMMIT}; }

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

Result<void> WriteReports(const reports::Report& report, const OutputOptions& options) {
  const std::vector<reports::Writer> writers = reports::AllWriters();
  for (const auto& [format, path] : options.reports) {
    const reports::Writer* writer = FindWriter(writers, format);
    if (writer == nullptr) return Failure("no format " + format);
    RETURN_IF_ERROR(WriteFile(path, writer->write(report, {false, true})));
  }
  const reports::Writer* writer = FindWriter(writers, options.format);
  if (writer == nullptr) return Failure("no format " + options.format);
  return WriteOut(
      writer->write(report, {UseColour(options.colour, STDOUT_FILENO), options.verbose}));
}

Result<void> WriteComparison(const reports::Comparison& comparison, const OutputOptions& options) {
  const auto& writers = reports::ComparisonWriters();
  for (const auto& [format, path] : options.reports) {
    const reports::ComparisonWriter* writer = FindWriter(writers, format);
    if (writer == nullptr) return Failure("no format " + format);
    RETURN_IF_ERROR(WriteFile(path, writer->write(comparison, true)));
  }
  const reports::ComparisonWriter* writer = FindWriter(writers, options.format);
  if (writer == nullptr) return Failure("no format " + options.format);
  return WriteOut(writer->write(comparison, options.verbose));
}

Result<void> WriteHistory(const reports::History& history, const OutputOptions& options) {
  const auto text = [&](const std::string& format, bool verbose) -> Result<std::string> {
    for (const reports::HistoryWriter& writer : reports::HistoryWriters()) {
      if (writer.format == format) return writer.write(history, verbose);
    }
    return Failure("no format " + format);
  };
  for (const auto& [format, path] : options.reports) {
    ASSIGN_OR_RETURN(const std::string content, text(format, true));
    auto written = WriteFileAtomically(path, content);
    if (!written.has_value())
      return std::move(written).error().Hint("make room there, or choose another --report path");
  }
  ASSIGN_OR_RETURN(const std::string content, text(options.format, options.verbose));
  return WriteOut(content);
}

int Print(const std::string& text, int exit_status) {
  auto written = WriteOut(text);
  return written.has_value() ? exit_status : Complain(written.error(), kCannotJudge);
}

void Note(const std::string& message) {
  auto said = WriteAll(STDERR_FILENO, message + "\n");
  (void)said;  // there is nobody left to tell
}

int Complain(const Error& error, int exit_status) {
  Note("loadline: " + error.ToLine());
  return exit_status;
}

}  // namespace loadline::cli
