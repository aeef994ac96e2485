// SPDX-License-Identifier: Apache-2.0
// The json format: the whole report, for scripts.
#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

std::string Write(const Report& report, const WriterOptions&) {
  // Foreign bytes (a candidate's output) may not be UTF-8; they must not cost us the report.
  return ToJson(report).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace

Writer JsonWriter() { return {"json", "the whole report, for scripts", Write}; }

}  // namespace loadline::reports
