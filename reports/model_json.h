// SPDX-License-Identifier: Apache-2.0
// The JSON form of a report, written and read back (schema/loadline/report.json).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

inline constexpr char kReportSchemaVersion[] = "1.4.0";

// Members stand in the order in which a person reads them.
nlohmann::ordered_json ToJson(const Report& report);
nlohmann::ordered_json ToJson(const CheckResult& result);
// In a report of this kind.
nlohmann::ordered_json ToJson(const Subject& subject, Kind kind);

// Takes nothing on trust: the document has to keep to its schema, and its counts to its results. An
// error (kUnreadable) says where (a pointer) and what. Not `counted`: nobody came to count its
// results, and what it says of them means nothing.
Result<Report> ReportFromJson(const nlohmann::json& document, bool counted = true);

}  // namespace loadline::reports
