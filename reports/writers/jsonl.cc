// SPDX-License-Identifier: Apache-2.0
// The jsonl format: one JSON object a line: a header, each result, and a footer with the counts.
#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const char* type, const Json& content) {
  Json line;
  line["type"] = type;
  line.update(content);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string Write(const Report& report, const WriterOptions&) {
  Json whole = ToJson(report);
  Json header;
  for (const char* key : {"schemaVersion", "kind", "tool", "subjects", "host", "spec", "started"}) {
    if (whole.contains(key)) header[key] = std::move(whole[key]);
  }
  Json footer;
  for (const char* key : {"durationMs", "summary", "requirements", "beyond"}) {
    if (whole.contains(key)) footer[key] = std::move(whole[key]);
  }
  std::string text = Line("header", header);
  for (const Json& result : whole["results"]) text += Line("result", result);
  return text + Line("footer", footer);
}

}  // namespace

Writer JsonlWriter() { return {"jsonl", "one JSON object a line, for streams and logs", Write}; }

}  // namespace loadline::reports
