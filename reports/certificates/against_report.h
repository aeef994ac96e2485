// SPDX-License-Identifier: Apache-2.0
// A statement against the report that it is said to be made from: it is made anew, and has to come
// out the same.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/certificates/certificate.h"
#include "reports/certificates/checks.h"

namespace loadline::reports::certificates {

// The report, and what of it does not stand in its file.
struct Reported {
  const Report* report = nullptr;
  const nlohmann::json* document = nullptr;  // the report's own JSON
  // By which data this program judges, as Report::suite: how requirements stand is by a ledger.
  std::map<std::string, std::string> suite;
  // The images of layouts that were judged; nothing when nobody can tell by now.
  std::optional<std::vector<SubjectFile>> parts;
};

// Names each part of the statement that the report contradicts, and where.
Findings CheckAgainstReport(const Certificate& certificate, const Reported& reported);

}  // namespace loadline::reports::certificates
