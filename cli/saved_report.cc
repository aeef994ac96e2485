// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_report.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reports/model_json.h"

namespace loadline::cli {
namespace {

constexpr size_t kReportCap = size_t{256} << 20;

Result<nlohmann::json> ReadDocument(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kReportCap));
  return nlohmann::json::parse(text, nullptr, false);
}

Result<reports::Report> FromDocument(const std::string& path, const nlohmann::json& document) {
  auto report = reports::ReportFromJson(document);
  if (report.has_value()) return report;
  Error error = std::move(report).error();
  error.what = path + ": " + error.what;
  error.number = ENOEXEC;  // of no known kind
  return error;
}

}  // namespace

Result<reports::Report> ReadReport(const std::string& path) {
  ASSIGN_OR_RETURN(const nlohmann::json document, ReadDocument(path));
  return FromDocument(path, document);
}

Result<std::optional<reports::Report>> ReadReportIfOne(const std::string& path) {
  ASSIGN_OR_RETURN(const nlohmann::json document, ReadDocument(path));
  if (!document.is_object() || !(document.contains("results") || document.contains("rows")))
    return std::optional<reports::Report>();
  ASSIGN_OR_RETURN(reports::Report report, FromDocument(path, document));
  return std::optional(std::move(report));
}

}  // namespace loadline::cli
