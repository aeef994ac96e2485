// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_report.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/output.h"
#include "reports/plain_text.h"
#include "reports/saved/bounded_json.h"
#include "reports/saved/saved_report.h"

namespace loadline::cli {
namespace {

Error TooLarge(const std::string& path) {
  return Failure(ErrorKind::kUnreadable,
                 path + " is larger than " + std::to_string(reports::kLargestReport >> 20) +
                     " MiB, which no report is",
                 "certify with --shard, and keep a report of each part");
}

constexpr char kWayOut[] = "pass a report (json or jsonl) that you may read";

Result<reports::Report> FromText(const std::string& path, const std::string& text) {
  ASSIGN_OR_RETURN(reports::SavedReport saved, reports::ReadSaved(path, text));
  for (const std::string& note : saved.notes) Note("loadline: " + reports::OneLine(note));
  return std::move(saved.report);
}

}  // namespace

Result<std::string> ReadReportText(const std::string& path) {
  auto file = Open(path, O_RDONLY | O_NOCTTY);
  if (!file.has_value()) return std::move(file).error().Hint(kWayOut);
  struct stat info {};
  if (fstat(file->get(), &info) != 0) return CallError("fstat", path);
  // Before anything of it is read.
  if (S_ISREG(info.st_mode) && static_cast<size_t>(info.st_size) > reports::kLargestReport)
    return TooLarge(path);
  auto text = ReadFd(file->get(), reports::kLargestReport);
  if (text.has_value()) return text;
  if (text.error().call.empty()) return TooLarge(path);
  text.error().arguments = path;
  return std::move(text).error().Hint(kWayOut);
}

Result<reports::Report> ReadReport(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadReportText(path));
  return FromText(path, text);
}

Result<std::optional<reports::Report>> ReadReportIfOne(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadReportText(path));
  if (!path.ends_with(".jsonl")) {
    reports::JsonBudget budget;
    const auto document = reports::ParseBounded(text, budget);
    // What is no JSON is for whoever reads profiles to complain about.
    if (!document.has_value() || !document->is_object() ||
        !(document->contains("results") || document->contains("rows")))
      return std::optional<reports::Report>();
  }
  ASSIGN_OR_RETURN(reports::Report report, FromText(path, text));
  return std::optional(std::move(report));
}

}  // namespace loadline::cli
