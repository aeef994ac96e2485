// SPDX-License-Identifier: Apache-2.0
// A report as certificates are made of it: the bytes of its file, which are what is certified.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "reports/certificates/evidence.h"
#include "reports/model.h"

namespace loadline::cli {

struct SignedReport {
  std::shared_ptr<const nlohmann::json> document;
  reports::Report report;
  reports::certificates::EvidenceFile file;
};

// Reads the file once, as saved reports are. kUnreadable when it is no JSON report, has a member
// twice, does not keep to its schema, counts other than what its results say, or is larger than
// any.
Result<SignedReport> ReadSignedReport(const std::string& path);

}  // namespace loadline::cli
