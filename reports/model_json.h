// SPDX-License-Identifier: Apache-2.0
// The JSON form of a report, written and read back (schema/loadline/report.json).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reports/model.h"

namespace loadline::reports {

nlohmann::json ToJson(const Report& report);
Result<Report> ReportFromJson(const nlohmann::json& document);

}  // namespace loadline::reports
