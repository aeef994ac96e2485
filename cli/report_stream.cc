// SPDX-License-Identifier: Apache-2.0
#include "cli/report_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/files.h"
#include "base/pipe.h"
#include "reports/report_lines.h"

namespace loadline::cli {

ReportStream::ReportStream(const OutputOptions& options) {
  if (options.format == "jsonl") targets_.emplace_back();
  for (const auto& [format, path] : options.reports) {
    if (format == "jsonl") targets_.push_back({path, {}});
  }
}

void ReportStream::Begin(const reports::Report& known, int planned) {
  for (Target& target : targets_) {
    if (target.path.empty()) continue;
    auto file = Open(target.path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    if (file.has_value()) {
      target.file = std::move(*file);
    } else {
      Fail(target, std::move(file).error());
    }
  }
  if (!targets_.empty()) Write(reports::HeaderLine(known, planned));
}

void ReportStream::Add(const reports::CheckResult& result) {
  if (!targets_.empty()) Write(reports::ResultLine(result));
}

void ReportStream::Add(const reports::Subject& path) {
  if (!targets_.empty()) Write(reports::PathLine(path));
}

void ReportStream::End(const reports::Report& report) {
  if (!targets_.empty()) Write(reports::FooterLine(report));
}

void ReportStream::Write(const std::string& line) {
  for (Target& target : targets_) {
    if (!target.open) continue;
    // One call writes a whole line, unless the disk is full or a signal comes.
    auto written = WriteAll(target.path.empty() ? STDOUT_FILENO : target.file.get(), line);
    if (!written.has_value()) Fail(target, std::move(written).error());
  }
}

void ReportStream::Fail(Target& target, Error error) {
  target.open = false;
  if (target.path.empty() && error.number == EPIPE) return;  // the reader's wish
  if (!outcome_.has_value()) return;
  Error failure = Failure((target.path.empty() ? "standard output" : "the report " + target.path) +
                              " cannot be written: " + std::strerror(error.number),
                          "make room there, or choose another place");
  failure.number = error.number;
  outcome_ = std::move(failure);
}

}  // namespace loadline::cli
