// SPDX-License-Identifier: Apache-2.0
#include "reports/report_lines.h"

#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/model_json.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

// What is known in the end alone; the subjects are known before, and judged in the end.
constexpr const char* kLast[] = {"durationMs", "summary", "requirements", "beyond", "knownFaults"};

}  // namespace

std::string HeaderLine(const Report& report, int planned) {
  Report known = report;
  known.results.clear();
  Json header = ToJson(known);
  for (const char* member : kLast) header.erase(member);
  header.erase("results");
  header.erase("unfinished");
  if (planned > 0) header["planned"] = planned;
  return WriteJsonLine("header", header);
}

std::string ResultLine(const CheckResult& result) {
  return WriteJsonLine("result", ToJson(result));
}

std::string PathLine(const Subject& path) {
  return WriteJsonLine("subject", {{"subject", ToJson(path, Kind::kValidation)}});
}

std::string FooterLine(const Report& report) {
  Json whole = ToJson(report);
  Json footer;
  footer["subjects"] = std::move(whole["subjects"]);
  for (const char* member : kLast) {
    if (whole.contains(member)) footer[member] = std::move(whole[member]);
  }
  return WriteJsonLine("footer", footer);
}

}  // namespace loadline::reports
