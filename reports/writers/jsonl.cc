// SPDX-License-Identifier: Apache-2.0
// The jsonl format: one JSON object a line: a header, each result (of a comparison: each row), and
// a footer with the counts. While a report comes to be cli/report_stream.h writes it.
#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/parity/comparison.h"
#include "reports/report_lines.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string Write(const Report& report, const WriterOptions&) {
  std::string text = HeaderLine(report, report.unfinished ? report.unfinished->planned : 0);
  for (const CheckResult& result : report.results) text += ResultLine(result);
  // A stream says that it is not finished by having no footer.
  return report.unfinished ? text : text + FooterLine(report);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  Json header = ToJson(comparison);
  const Json rows = std::move(header["rows"]);
  Json footer;
  for (const char* member : {"counts", "properties"}) footer[member] = std::move(header[member]);
  for (const char* member : {"counts", "properties", "rows"}) header.erase(member);
  std::string text = WriteJsonLine("header", header);
  for (const Json& row : rows) text += WriteJsonLine("row", row);
  return text + WriteJsonLine("footer", footer);
}

}  // namespace

Writer JsonlWriter() {
  return {"jsonl", "one JSON object a line; while validate or certify runs, as it is known", Write,
          WriteComparison};
}

}  // namespace loadline::reports
