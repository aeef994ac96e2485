// SPDX-License-Identifier: Apache-2.0
#include "cli/signed_report.h"

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "reports/model_json.h"
#include "validator/json/document.h"

namespace loadline::cli {
namespace {

constexpr size_t kReportCap = size_t{256} << 20;

Error Unfit(const std::string& path, const std::string& why, const std::string& hint) {
  Error error = Failure(path + ": " + why, hint);
  error.number = ENOEXEC;
  return error;
}

}  // namespace

Result<SignedReport> ReadSignedReport(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kReportCap));
  validator::Limits limits;
  limits.bytes = kReportCap;
  const validator::Document document = validator::Document::Parse(text, limits);
  constexpr const char* kHint = "pass a file written by --report json=PATH, as it was written";
  if (document.root() == nullptr || !document.problems().empty()) {
    const auto& problem = document.problems().front();
    return Unfit(path + ":" + std::to_string(problem.position.line) + ":" +
                     std::to_string(problem.position.column),
                 problem.message, kHint);
  }
  auto report = reports::ReportFromJson(*document.root());
  if (!report.has_value()) return Unfit(path, report.error().what, report.error().hint);
  SignedReport read;
  read.document = std::make_shared<const nlohmann::json>(*document.root());
  read.report = std::move(*report);
  read.file = {std::filesystem::path(path).filename().string(), Sha256(text), text.size()};
  return read;
}

}  // namespace loadline::cli
