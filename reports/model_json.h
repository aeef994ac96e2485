// SPDX-License-Identifier: Apache-2.0
// The JSON form of a report, written and read back (schema/loadline/report.json).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

inline constexpr char kReportSchemaVersion[] = "1.3.0";

// Members stand in the order in which a person reads them.
nlohmann::ordered_json ToJson(const Report& report);
Result<Report> ReportFromJson(const nlohmann::json& document);

}  // namespace loadline::reports
