// SPDX-License-Identifier: Apache-2.0
// Whether a report that somebody kept agrees with itself.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "reports/model.h"

namespace loadline::reports {

// A report whose counts, subjects or ids do not go with its results was edited, or is not whole.
// Requirements are counted again where the report names the ledger that this program has. `summary`
// is what the document, which keeps to its schema, says of its results; null: nobody came to count
// them. kUnreadable.
Result<void> CheckConsistency(const Report& report, const nlohmann::json* summary);

}  // namespace loadline::reports
