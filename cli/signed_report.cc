// SPDX-License-Identifier: Apache-2.0
#include "cli/signed_report.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "cli/saved_report.h"
#include "reports/model_json.h"
#include "reports/saved/bounded_json.h"

namespace loadline::cli {
namespace {

Error Unfit(const std::string& path, Error error) {
  error.what = path + ": " + error.what;
  if (error.hint.empty())
    error.hint = "pass a file written by --report json=PATH, as it was written";
  return error;
}

}  // namespace

Result<SignedReport> ReadSignedReport(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadReportText(path));
  reports::JsonBudget budget;
  auto document = reports::ParseBounded(text, budget);
  if (!document) return Unfit(path, std::move(document).error());
  auto report = reports::ReportFromJson(*document);
  if (!report) return Unfit(path, std::move(report).error());
  SignedReport read;
  read.document = std::make_shared<const nlohmann::json>(std::move(*document));
  read.report = std::move(*report);
  read.file = {std::filesystem::path(path).filename().string(), Sha256(text), text.size()};
  return read;
}

}  // namespace loadline::cli
